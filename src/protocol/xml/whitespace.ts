const isSpace = (code: number): boolean => code === 32 || code === 10 || code === 13 || code === 9;

/** Removes XML white space from both ends, and nothing else: a no-break space is part of an identifier. */
export const trimXml = (text: string): string => {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text.charCodeAt(start))) start += 1;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end -= 1;
  return start === 0 && end === text.length ? text : text.slice(start, end);
};

/** Trims, and makes every run of white space inside a single space, as the schema's `token` does. */
export const collapseXml = (text: string): string => trimXml(text).replace(/[ \t\r\n]+/g, ' ');

/** Whether a text can be the ID of an element in the sense of XML. */
export const isXmlID = (text: string): boolean => /^[\p{L}_][\p{L}\p{N}\p{M}._\u00B7-]*$/u.test(text);
