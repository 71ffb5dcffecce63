/** What makes a spreadsheet compute a cell instead of showing it, after whatever blanks; full-width forms count too. */
const formula = /^[\s\u00a0]*[=+\-@＝＋－＠]|^[\t\r]/;

/** Numbers as we write them: they begin like a formula and are none. */
const number = /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/;

/** What a reader of CSV could take for the end of a cell or of a row, whatever it takes for a delimiter. */
const special = /[",;\t\r\n|]/;

/** A text as a cell of CSV; one that a spreadsheet would compute is defused by an apostrophe, and a number stays a number. */
export const csvCell = (text: string): string => {
  const defused = formula.test(text) && !number.test(text) ? `'${text}` : text;
  return special.test(defused) ? `"${defused.replaceAll('"', '""')}"` : defused;
};
