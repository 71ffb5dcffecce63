/**
 * Where identifiers stand: in facts by the names of members, in XML by the names of elements. Both are the standard's own
 * words, so one table serves both.
 */

/** Members and elements whose text is an identifier of a party, a thing or an agreement, and what it identifies by its usual name. */
const identifying: Readonly<Record<string, string>> = {
  venID: 'venID',
  venName: 'venName',
  oadrVenName: 'venName',
  vtnID: 'vtnID',
  registrationID: 'registrationID',
  eventID: 'eventID',
  reportRequestID: 'reportRequestID',
  oadrPendingReports: 'reportRequestID',
  resourceID: 'resourceID',
  optID: 'optID',
  partyID: 'partyID',
  groupID: 'groupID',
  groupName: 'groupName',
  baselineID: 'baselineID',
  fingerprint: 'fingerprint',
  // An address names the VEN as its identifiers do.
  oadrTransportAddress: 'transportAddress',
  transportAddress: 'transportAddress',
  pushedTo: 'transportAddress',
};

/** Texts that stand where identifiers do and are none. */
const words: ReadonlySet<string> = new Set(['', 'METADATA', 'None', 'none', 'null', 'any', '0']);

/** What is done with the texts of a value. */
export interface TextVisitor {
  /** A text that is an identifier because of where it stands. */
  readonly identifier: (text: string, name: string) => string;
  /** A text that is an identifier if it is known as one. */
  readonly part: (text: string) => string;
  /** Any other text; identifiers may stand within it. */
  readonly text: (text: string) => string;
}

type Visit = (text: string, visitor: TextVisitor) => string;

const before =
  (mark: string): Visit =>
  (text, { part }) => {
    const end = text.lastIndexOf(mark);
    return end < 0 ? part(text) : part(text.slice(0, end)) + text.slice(end);
  };

const after =
  (mark: string): Visit =>
  (text, { part }) => {
    const start = text.indexOf(mark) + 1;
    return start === 0 ? text : text.slice(0, start) + part(text.slice(start));
  };

const whole: Visit = (text, { part }) => part(text);

/** Members and elements whose text is made of an identifier and more: `drEvent/ID`, `ID/energyReal`, `ID#time.number`; or may be one that is known. */
const composed: Readonly<Record<string, Visit>> = {
  stream: after('/'),
  rID: before('/'),
  deliveryID: before('#'),
  subject: whole,
  requestID: whole,
  signalID: whole,
};

/** Whether texts under a name are identifiers, or made of them. */
export const isIdentifying = (name: string): boolean =>
  Object.hasOwn(identifying, name) || Object.hasOwn(composed, name);

/** Whether a text that stands where an identifier does is none. */
export const isWord = (text: string): boolean => words.has(text);

/** A text that stands under a name. */
export const visitText = (name: string, text: string, visitor: TextVisitor): string => {
  if (Object.hasOwn(composed, name)) return (composed[name] as Visit)(text, visitor);
  const kind = Object.hasOwn(identifying, name) && !words.has(text) ? identifying[name] : undefined;
  return kind === undefined ? visitor.text(text) : visitor.identifier(text, kind);
};

/** Keys of tables are identifiers, streams, or texts that begin with one of these. */
const visitKey: Visit = (key, visitor) =>
  key.includes('/') && !key.includes(' ') ? after('/')(key, visitor) : visitor.part(key);

/** A copy of a JSON value with every text in it visited; names of members are visited as texts where `names` says so. */
export const visitData = (value: unknown, visitor: TextVisitor, names = false, under = ''): unknown => {
  if (typeof value === 'string') return visitText(under, value, visitor);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => visitData(each, visitor, names, under));
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      names ? visitKey(name, visitor) : name,
      visitData(member, visitor, names, name),
    ]),
  );
};

const leaf = /(<(?:[\w.-]+:)?([\w.-]+)(?:\s[^<>]*)?>)([^<]+)(<\/)/g;
const tagOrText = /<[^>]*>|[^<]+/g;
const attribute = /(\s(?!xmlns)[\w:.-]+\s*=\s*)("[^"]*"|'[^']*')/g;

const references: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const unescaped = (text: string): string =>
  text.replace(
    /&(?:#x([\da-f]+)|#(\d+)|(amp|lt|gt|quot|apos));/gi,
    (_, hex: string | undefined, decimal: string | undefined, name: string) =>
      hex === undefined && decimal === undefined
        ? (references[name.toLowerCase()] ?? '')
        : String.fromCodePoint(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)),
  );

/** Text as XML has it. */
export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** A text of XML, visited as what it says; left as it stands when nothing comes of that. */
const visitEscaped = (name: string, text: string, visitor: TextVisitor): string => {
  const said = unescaped(text);
  const visited = visitText(name, said, visitor);
  return visited === said ? text : escaped(visited);
};

const inside = (text: string, visit: (core: string) => string): string => {
  const core = text.trim();
  return core === '' ? text : text.replace(core, () => visit(core));
};

const visitTag = (tag: string, { text }: TextVisitor): string =>
  tag.replace(
    attribute,
    (_, name: string, value: string) => `${name}${value[0]}${text(value.slice(1, -1))}${value[0]}`,
  );

/** XML with the texts of its elements and attributes visited; its tags stay. Works on what is no XML too, as well as that can be done. */
export const visitXml = (xml: string, visitor: TextVisitor): string =>
  xml
    .replace(
      leaf,
      (_, open: string, name: string, text: string, close: string) =>
        `${open}${inside(text, (core) => visitEscaped(name, core, visitor))}${close}`,
    )
    .replace(tagOrText, (part) => (/^<[^!?]/.test(part) ? visitTag(part, visitor) : visitor.text(part)));
