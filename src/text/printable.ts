/**
 * What a stranger's text must not do to whoever reads it: move a terminal's cursor (control characters, C1 among them), or
 * turn the direction of what stands around it (the marks by which Unicode writes from right to left), so that a line
 * shows something else than it says.
 */

/** Control characters but tab and line feed, and marks that turn the direction of text or break lines unseen. */
const unprintable =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** The same, but for the colours of our own: no other sequence of a terminal begins so. */
const unprintableBesideColours =
  /\u001b(?!\[[0-9;]*m)|[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

const hexadecimal = (found: string, digits: number): string => found.charCodeAt(0).toString(16).padStart(digits, '0');

const escape = (found: string): string => `\\u${hexadecimal(found, 4)}`;

/** A stranger's text for people: what could rewrite the line it stands in is shown by its number instead. */
export const printable = (text: string): string =>
  text.replace(unprintable, (found) => (found < '\u0100' ? `\\x${hexadecimal(found, 2)}` : escape(found)));

/** The last gate of everything that is printed, JSON included, which means the same afterwards; colours pass. */
export const printableOutput = (text: string): string => text.replace(unprintableBesideColours, escape);

/** JSON that a terminal or a page may be given: it means the same, and holds nothing that acts. */
export const printableJson = (json: string): string => json.replace(unprintable, escape);
