/**
 * What the comments of the source say, taken apart: the sentence, and the tags of the house.
 */

/** A comment: its words, and its tags in order. */
export interface Comment {
  readonly text: string;
  readonly tags: readonly { readonly name: string; readonly text: string }[];
}

const tagStart = /(?:^|\s)@(rule|unit|limit|throws|reading)\b/;

/** The words of a block comment without its stars; line breaks are kept. */
export const commentText = (raw: string): string =>
  raw
    .replace(/^\/\*\*?/, '')
    .replace(/\*\/$/, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trimEnd())
    .join('\n')
    .trim();

/** Takes a comment apart. `@limit` and `@reading` are sentences of their own and may be all there is. */
export const readComment = (raw: string): Comment => {
  const [text = '', ...rest] = commentText(raw).replace(/\s*\n\s*/g, ' ').split(tagStart);
  const tags = rest.flatMap((name, place) => (place % 2 === 0 ? [{ name, text: (rest[place + 1] ?? '').trim() }] : []));
  return { text: text.trim(), tags };
};

/** The first tag of a name, or undefined. */
export const tagOf = (comment: Comment | null, name: string): string | undefined => comment?.tags.find((tag) => tag.name === name)?.text;

/** A text of the source in Markdown: rule numbers are set apart. */
export const ruleNumbers = (text: string): string =>
  text.replace(/@rule ((?:2\.0b|RFC) (?:§|Fig\. |Annex )?[\w.§]+(?:(?:, | |-)§?\d[\w.§]*)*)/g, (_, rules: string) => `*(${rules.replace(/\.$/, '')})*`);

/** A text for a cell of a table. */
export const cell = (text: string): string => text.replace(/\|/g, '\\|').replace(/\s*\n\s*/g, ' ');
