import { registrationCases } from './cases/registration.ts';
import type { SkippedCase, TestCase } from './testCase.ts';

/** All cases of the suite that can be run, in the order of certification. */
export const testCases: readonly TestCase[] = [...registrationCases];

/** Those that are not, and why. */
export const skippedCases: readonly SkippedCase[] = [];
