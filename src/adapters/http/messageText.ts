/** The text of a message's bytes: UTF-8, the only encoding of OpenADR. @rule 2.0b 53 */

/** What a content type says of the encoding, if anything. */
export const charsetOf = (contentType: string): string | undefined =>
  /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(contentType)?.[1]?.toLowerCase();

/**
 * An XML declaration that names another encoding than HTTP says and the bytes have: HTTP's word goes before it.
 *
 * @reading What is recorded of such a message says UTF-8, which it is.
 */
const saidToBeUtf8 = (text: string): string =>
  text.replace(/^(<\?xml\b[^>]*?\bencoding\s*=\s*)(["'])(?!utf-?8\2)[^"'>]*\2/i, '$1$2UTF-8$2');

/** To make one takes longer than to read a short message with it; it keeps nothing of what it has read. */
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The text; null when the bytes are not UTF-8, for what is put in the place of a wrong one would be read as if it had been sent. */
export const messageText = (bytes: Uint8Array, charset: string | undefined): string | null => {
  try {
    const text = utf8.decode(bytes);
    return charset === 'utf-8' ? saidToBeUtf8(text) : text;
  } catch {
    return null;
  }
};
