/** XML laid out for people: one element per line, text beside its tags. Nothing but the space between tags changes. */
export const prettyXml = (xml: string): string => {
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
