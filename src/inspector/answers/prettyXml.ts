const signature = /<((?:[\w.-]+:)?Signature)((?:\s[^>]*)?)>([\s\S]*?)<\/\1\s*>/;

/** A signature in a line: its numbers and certificates tell a reader nothing, and the entry beside it says who signed and when. */
const withoutItsBody = (xml: string): string =>
  xml.replace(signature, (_all, name: string, _attributes: string, body: string) => {
    const nonce = /nonce>([^<]{0,80})</.exec(body)?.[1] ?? '';
    return `<${name}><!-- ${body.length} characters left out here${nonce === '' ? '' : `; nonce ${nonce.replaceAll('--', '')}`} --></${name}>`;
  });

/** XML laid out for people: one element per line, text beside its tags. Nothing but the space between tags changes, and a signature is one line. */
export const prettyXml = (given: string): string => {
  const xml = withoutItsBody(given);
  const lines: string[] = [];
  let depth = 0;
  let isOpen = false;
  for (const token of xml.replace(/>\s+</g, '><').match(/<[^>]*>|[^<]+/g) ?? []) {
    const isTag = token.startsWith('<');
    const isEnd = token.startsWith('</');
    if (isEnd) depth -= 1;
    if (!isTag || (isEnd && isOpen)) lines[lines.length - 1] = `${lines.at(-1) ?? ''}${token.trim()}`;
    else lines.push(`${'  '.repeat(Math.max(0, depth))}${token}`);
    const isBegin = isTag && !isEnd && !token.endsWith('/>') && !/^<[?!]/.test(token);
    if (isBegin) depth += 1;
    isOpen = isBegin || (!isTag && isOpen);
  }
  return lines.join('\n');
};
