import { event20bCases } from './cases/events20b.ts';
import { eventAnswerCases } from './cases/eventAnswers.ts';
import { eventExecutionCases } from './cases/eventExecution.ts';
import { eventStateCases } from './cases/eventStates.ts';
import { generalCases } from './cases/general.ts';
import { optCases } from './cases/opts.ts';
import { registrationCases, unregisteredPushCase } from './cases/registration.ts';
import { reportCases } from './cases/reports.ts';
import type { SkippedCase, TestCase } from './testCase.ts';

const byName = (a: { readonly name: string }, b: { readonly name: string }): number => (a.name < b.name ? -1 : 1);

const families: readonly (readonly TestCase[])[] = [
  registrationCases,
  [...eventStateCases, ...eventAnswerCases, ...eventExecutionCases],
  event20bCases,
  optCases,
  reportCases,
  generalCases,
];

/** Of these any VTN does its part by itself. */
const unaided: readonly string[] = [
  ...['N1_0010', 'N1_0015', 'N1_0020', 'N1_0025', 'N1_0030', 'N1_0060', 'N1_0065'],
  ...['P1_2010', 'P1_2015', 'P1_2020', 'P1_2030', 'P1_2040'],
  ...['R1_3060', 'G1_4010', 'G1_4010_RSA', 'G1_4011'],
];

const withAid = (test: TestCase): TestCase => (unaided.includes(test.name) ? { ...test, isUnaided: true } : test);

/** All cases of a VEN that polls, family by family as certification has them. */
export const pulledCases: readonly TestCase[] = families.flatMap((family) => family.map(withAid).toSorted(byName));

const askedByUs = 'PICS C-3: this VEN asks the VTN for no reports, and need not';

/** The cases of a VEN that polls which are skipped, and why. */
const skippedPulls: readonly SkippedCase[] = [
  {
    name: 'E1_1065',
    title: 'oadrCreatedEvent after oadrCreateOpt is ignored',
    because: 'a test of certification’s own VEN: what is ignored is ignored by the VTN (rule 206)',
  },
  ...['3070', '3080', '3090', '3100', '3110', '3120'].map((number): SkippedCase => ({
    name: `R1_${number}`,
    title: 'The VEN asks the VTN for reports',
    because: askedByUs,
  })),
];

/** What a push twin is called: `N1_0030` is `N0_5030`, `E1_1020` is `E0_6020`, `A_E1_0040` is `A_E0_0040`. */
export const pushTwinOf = (name: string): string => {
  const heritage = /^A_E1_(\d{4})$/.exec(name);
  if (heritage !== null) return `A_E0_${heritage[1] ?? ''}`;
  const [, family = '', number = '', profile = ''] = /^([A-Z])1_(\d{4})(_RSA)?$/.exec(name) ?? [];
  return `${family}0_${String(Number(number) + 5_000).padStart(4, '0')}${profile}`;
};

/** What a VEN that is pushed to cannot be tried with: they are about polls. */
const onlyPolled: readonly string[] = ['G1_4011', 'G1_4015'];

/** Rows of the checklist that speak of polls, and of what follows one. */
const isAboutPolls = (row: string): boolean => row === '2.17' || row.startsWith('3.');

const pushTwin = (test: TestCase): TestCase => ({
  ...test,
  name: pushTwinOf(test.name),
  rows: [...test.rows.filter((row) => !isAboutPolls(row)), ...(test.pushedRows ?? [])],
  isPushed: true,
});

/** All cases of a VEN that is pushed to: the same scenarios, of which the world delivers what the VTN has to say by pushes. */
export const pushedCases: readonly TestCase[] = families.flatMap((family) => [
  ...family
    .filter(({ name }) => !onlyPolled.includes(name))
    .map(withAid)
    .toSorted(byName)
    .map(pushTwin),
  ...(family === registrationCases ? [unregisteredPushCase] : []),
]);

/** All cases of the suite that can be run. */
export const testCases: readonly TestCase[] = [...pulledCases, ...pushedCases];

/** All that is not run, and why. */
export const skippedCases: readonly SkippedCase[] = [
  ...skippedPulls,
  ...skippedPulls.map((skipped) => ({ ...skipped, name: pushTwinOf(skipped.name), isPushed: true })),
];
