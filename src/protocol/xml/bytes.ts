import { refuseText } from './refuse.ts';
import type { XmlLimits } from '../types/xmlLimits.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const startsWith = (bytes: Uint8Array, ...first: number[]): boolean =>
  first.every((byte, index) => bytes[index] === byte);

/** UTF-16 shows itself by its mark, or by the zero byte beside the first `<`. */
const isUtf16 = (bytes: Uint8Array): boolean =>
  startsWith(bytes, 0xff, 0xfe) ||
  startsWith(bytes, 0xfe, 0xff) ||
  startsWith(bytes, 0x3c, 0) ||
  startsWith(bytes, 0, 0x3c);

const fromUtf8 = (bytes: Uint8Array): string => {
  if (isUtf16(bytes)) return refuseText('notXml', 'The body is encoded in UTF-16; OpenADR is sent in UTF-8.');
  try {
    return utf8.decode(bytes);
  } catch {
    return refuseText('notXml', 'The body is not valid UTF-8; OpenADR is sent in UTF-8.');
  }
};

const tooLong = (size: number, limits: XmlLimits): never =>
  refuseText(
    'hostile',
    `The body has ${size} bytes or more, the limit is ${limits.maxBytes}; raise the limit if such messages are expected.`,
  );

const sizeOf = (text: string): number => new TextEncoder().encode(text).byteLength;

/** A text of n characters has between n and 3n bytes in UTF-8, so only the doubtful are measured. */
const isTooLong = (text: string, maxBytes: number): boolean =>
  text.length > maxBytes || (text.length * 3 > maxBytes && sizeOf(text) > maxBytes);

/** The text of a body: size checked first, strictly UTF-8, without a byte order mark. */
export const textFromBody = (body: string | Uint8Array, limits: XmlLimits): string => {
  if (typeof body !== 'string') {
    if (body.byteLength > limits.maxBytes) tooLong(body.byteLength, limits);
    return withoutMark(fromUtf8(body));
  }
  if (isTooLong(body, limits.maxBytes)) tooLong(body.length, limits);
  return withoutMark(body);
};

const withoutMark = (text: string): string => (text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
