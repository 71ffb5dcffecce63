const endOf = (text: string, mark: string, from: number): number => {
  const found = text.indexOf(mark, from);
  return found === -1 ? text.length : found + mark.length;
};

const startsAt = (text: string, mark: string, at: number): boolean => text.startsWith(mark, at);

/** The index behind a tag that begins at `at`; a `>` in a quoted value does not end it. */
const endOfTag = (text: string, at: number): number => {
  for (let index = at; index < text.length; index += 1) {
    const character = text[index];
    if (character === '>') return index + 1;
    if (character === '"' || character === "'") index = endOf(text, character, index + 1) - 1;
  }
  return text.length;
};

const endOfMarkup = (text: string, at: number): number => {
  if (startsAt(text, '<!--', at)) return endOf(text, '-->', at + 4);
  if (startsAt(text, '<![CDATA[', at)) return endOf(text, ']]>', at + 9);
  if (startsAt(text, '<?', at)) return endOf(text, '?>', at + 2);
  return endOfTag(text, at);
};

/**
 * Removes processing instructions from a well-formed text.
 *
 * Needed because the tree builder reads quotes inside an instruction as it would in a tag, and loses what follows a lone apostrophe.
 */
export const withoutInstructions = (text: string): string => {
  const kept: string[] = [];
  let from = 0;
  for (let at = text.indexOf('<'); at !== -1; at = text.indexOf('<', from)) {
    const end = endOfMarkup(text, at);
    kept.push(text.slice(from, startsAt(text, '<?', at) ? at : end));
    from = end;
  }
  return kept.join('') + text.slice(from);
};
