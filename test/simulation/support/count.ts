/** A count from the command line. @throws RangeError for anything but a positive whole number */
export const countOf = (text: string, name: string): number => {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1)
    throw new RangeError(`--${name} is "${text}"; it must be a whole number from 1 up.`);
  return number;
};
