import { checkAlways, type CheckFinding } from './alwaysOn.ts';
import { CaseOver, Proceedings, type CaseStep } from './proceedings.ts';
import type { TestCase, CaseVerdict } from './testCase.ts';
import type { WiredExchange } from './traffic.ts';
import type { TestWorld } from './world.ts';

/** A case that has been looked at, with everything that was seen. */
export interface CaseResult {
  readonly name: string;
  readonly title: string;
  readonly rows: readonly string[];
  readonly verdict: CaseVerdict;
  /** Why it failed, or why it was not run: one sentence; absent when it passed. */
  readonly because?: string;
  readonly steps: readonly CaseStep[];
  readonly findings: readonly CheckFinding[];
  readonly exchanges: readonly WiredExchange[];
}

/** Why a case failed, in a sentence; undefined when it passed. */
export const reasonIn = ({ steps, findings }: Pick<CaseResult, 'steps' | 'findings'>): string | undefined => {
  const step = steps.find(({ isSo }) => !isSo);
  if (step !== undefined) return `${step.text}: ${step.found ?? 'it is not so'}`;
  const [first] = findings;
  return first === undefined ? undefined : `${first.of}, exchange ${first.place}: ${first.text}`;
};

const carriedOut = async (test: TestCase, world: TestWorld): Promise<readonly CaseStep[]> => {
  const proceedings = new Proceedings(world);
  try {
    await test.run(proceedings);
  } catch (error) {
    if (!(error instanceof CaseOver)) {
      const text = error instanceof Error ? error.message : String(error);
      return [
        ...proceedings.steps,
        { at: world.now(), who: 'tester', text: 'go on with the case', isSo: false, found: text },
      ];
    }
  }
  return proceedings.steps;
};

/** What our own VTN has to say against the VEN: HTTP, dues, paces, and what it knows of its own requests. */
const complaintsOf = (test: TestCase, { vtn }: TestWorld): readonly CheckFinding[] =>
  (vtn?.complaints ?? [])
    .filter((complaint) => test.excuses?.(complaint) !== true)
    .map(({ rule, text }) => ({ of: 'VEN', place: 0, text: `rule ${rule}: ${text}` }));

/** Carries a case out and judges it: its own steps, and every message by the always-on checks. */
export const runCase = async (test: TestCase, world: TestWorld): Promise<CaseResult> => {
  const steps = await carriedOut(test, world);
  const { exchanges } = world.traffic;
  const always = checkAlways(exchanges, test).filter(({ of }) => of === 'VEN' || test.vtnBreaksRules !== true);
  // Of somebody else's VTN it is told and no more: the VEN is what is tested.
  const findings = [...always.filter(({ of }) => of === 'VEN' || world.vtn !== null), ...complaintsOf(test, world)];
  const { name, title, rows } = test;
  const because = reasonIn({ steps, findings });
  return {
    name,
    title,
    rows,
    verdict: because === undefined ? 'passed' : 'failed',
    ...(because === undefined ? {} : { because }),
    steps,
    findings,
    exchanges,
  };
};
