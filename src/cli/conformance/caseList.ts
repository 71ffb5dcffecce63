/** The cases, and who does the VTN's part in each where the VTN is somebody else's. */
import type { SkippedCase, TestCase } from '../../conformance/testCase.ts';
import { roomOf } from '../prose.ts';
import type { TextOutput } from '../surroundings.ts';
import { tableText } from '../table.ts';

const partOf = ({ isUnaided = false, byHand = '' }: TestCase): string =>
  [isUnaided ? 'the VTN by itself' : 'somebody at the VTN', byHand].filter((each) => each !== '').join('; ');

/** A table of cases. */
export const listOf = (
  tests: readonly TestCase[],
  skipped: readonly SkippedCase[],
  stdout: Pick<TextOutput, 'isTTY' | 'columns'>,
): string =>
  tableText(
    ['case', 'what it is about', 'the part of another VTN is done by'],
    [
      ...tests.map((test) => [test.name, test.title, partOf(test)]),
      ...skipped.map(({ name, title, because }) => [name, title, `skipped: ${because}`]),
    ],
    { width: stdout.isTTY ? roomOf(stdout) : 100, columns: [{}, { gives: 'words' }, { gives: 'words', goes: 1 }] },
  );
