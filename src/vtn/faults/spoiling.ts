/** @unit characters put into an oversized body: more than any receiver should take */
const paddingLength = 4 * 1024 * 1024;

const beforeLastTag = (xml: string, text: string): string => {
  const end = xml.lastIndexOf('</');
  return end < 0 ? xml + text : xml.slice(0, end) + text + xml.slice(end);
};

/** The first two thirds of a text. */
export const cutShort = (xml: string): string => xml.slice(0, Math.floor((xml.length * 2) / 3));

/** No longer XML: the last closing tag closes something else. */
export const malformed = (xml: string): string => `${beforeLastTag(xml, '<oadr:unclosed & ')}`;

const requiredElements = ['responseCode', 'venID', 'requestID', 'reportRequestID'];

/**
 * Well-formed XML without an element that the schema requires; an empty answer stays empty.
 *
 * @throws RangeError when the message has none of the elements that could be left out.
 */
export const withoutRequiredElement = (xml: string): string => {
  if (xml === '') return xml;
  for (const name of requiredElements) {
    const element = new RegExp(`<((?:[\\w.-]+:)?${name})(?:\\s[^>]*)?>[^<]*</\\1>`);
    if (element.test(xml)) return xml.replace(element, '');
  }
  throw new RangeError('There is no element in this message that could be left out to make it schema-invalid.');
};

/** Well-formed and valid, and far too long. */
export const oversized = (xml: string): string => beforeLastTag(xml, ' '.repeat(paddingLength));
