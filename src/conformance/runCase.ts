import { checkAlways, type CheckFinding } from './alwaysOn.ts';
import { CaseOver, CaseUnlooked, Proceedings, type CaseStep } from './proceedings.ts';
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

/** The steps of a case, and why it was not looked at to its end, where that is no fault of the VEN. */
interface CarriedOut {
  readonly steps: readonly CaseStep[];
  readonly unlooked?: string;
}

const carriedOut = async (test: TestCase, world: TestWorld): Promise<CarriedOut> => {
  const proceedings = new Proceedings(world);
  const { steps } = proceedings;
  try {
    await test.run(proceedings);
  } catch (error) {
    if (error instanceof CaseUnlooked) return { steps, unlooked: error.message };
    if (!(error instanceof CaseOver)) {
      const text = error instanceof Error ? error.message : String(error);
      return {
        steps: [...steps, { at: world.now(), who: 'tester', text: 'go on with the case', isSo: false, found: text }],
      };
    }
  }
  return { steps };
};

/** The verdict, and why it is none of passed. A fault of the VEN that was seen goes before what was not looked at. */
const judged = (
  { steps, unlooked }: CarriedOut,
  findings: readonly CheckFinding[],
): Pick<CaseResult, 'verdict' | 'because'> => {
  const because = reasonIn({ steps, findings });
  if (because !== undefined) return { verdict: 'failed', because };
  return unlooked === undefined ? { verdict: 'passed' } : { verdict: 'not run', because: unlooked };
};

/** What our own VTN has to say against the VEN: HTTP, dues, paces, and what it knows of its own requests. */
const complaintsOf = (test: TestCase, { vtn }: TestWorld): readonly CheckFinding[] =>
  (vtn?.complaints ?? [])
    .filter((complaint) => test.excuses?.(complaint) !== true)
    .map(({ rule, text }) => ({ of: 'VEN', place: 0, text: `rule ${rule}: ${text}` }));

/** Carries a case out and judges it: its own steps, and every message by the always-on checks. */
export const runCase = async (test: TestCase, world: TestWorld): Promise<CaseResult> => {
  const carried = await carriedOut(test, world);
  const { exchanges } = world.traffic;
  const always = checkAlways(exchanges, test).filter(({ of }) => of === 'VEN' || test.vtnBreaksRules !== true);
  // Of somebody else's VTN it is told and no more: the VEN is what is tested.
  const findings = [...always.filter(({ of }) => of === 'VEN' || world.vtn !== null), ...complaintsOf(test, world)];
  const { name, title, rows } = test;
  return { name, title, rows, ...judged(carried, findings), steps: carried.steps, findings, exchanges };
};
