import { readFileSync } from 'node:fs';
import { JsonTextError, parseJsonWithComments } from '../../adapters/config/jsonWithComments.ts';
import { type Layout, layoutOfJson, layoutOfText, noLayout } from '../../files/layout.ts';
import { UsageError, type ParsedArguments } from '../options.ts';

/** How a bill and a meter file are to be read. */
export interface Layouts {
  readonly bill: Layout;
  readonly meter: Layout;
}

const prefixed = /^(bill|meter):([\s\S]*)$/;

const isFileName = (text: string): boolean => /\.json$/i.test(text) && !text.includes('=');

const fromFile = (file: string): Layout => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(
      `The column map ${file} cannot be read (${(error as NodeJS.ErrnoException).code}): check its path and its permissions.`,
    );
  }
  try {
    return layoutOfJson(file, parseJsonWithComments(text));
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    throw new UsageError(`The column map ${file} is no JSON: ${error.message}`);
  }
};

/** What a column map declares: a text, or the name of a JSON file. @throws UsageError or UnusableFile */
export const layoutGiven = (text: string): Layout => (isFileName(text) ? fromFile(text) : layoutOfText(text));

/** What --columns declares. @throws UsageError when it does not say for which of two files; UnusableFile when it cannot be understood */
export const layoutsGiven = (given: ParsedArguments): Layouts => {
  const layouts = { bill: noLayout, meter: noLayout };
  const hasBoth = given.text('bill') !== undefined && given.text('meter') !== undefined;
  for (const text of given.texts.get('columns') ?? []) {
    const [, of, rest = ''] = prefixed.exec(text) ?? [];
    if (of === undefined && hasBoth)
      throw new UsageError(
        `The columns "${text}" do not say which file they are of: write "bill:${text}" or "meter:${text}".`,
      );
    if (of !== 'meter') layouts.bill = layoutGiven(of === undefined ? text : rest);
    if (of !== 'bill') layouts.meter = layoutGiven(of === undefined ? text : rest);
  }
  return layouts;
};

/** What files call devices, as --file-device says it. @throws UsageError */
export const fileNamesGiven = (given: ParsedArguments): ReadonlyMap<string, string> =>
  new Map(
    (given.texts.get('file-device') ?? []).map((text): [string, string] => {
      const sign = text.lastIndexOf('=');
      if (sign < 1 || sign === text.length - 1)
        throw new UsageError(
          `"${text}" does not say which device a name means: write --file-device "METER 17=battery".`,
        );
      return [text.slice(0, sign), text.slice(sign + 1)];
    }),
  );
