import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { XMLParser } from 'fast-xml-parser';
import { create } from 'xmlbuilder2';
import type { XMLBuilder } from 'xmlbuilder2/lib/interfaces.js';
import { decodePayload, encodePayload, type OadrMessage } from '../src/protocol/payload.ts';

/** The best of several rounds, in microseconds a call: the least disturbed by what else the machine does. */
const bestMicroseconds = (work: () => void): number => {
  const callsPerRound = 60;
  for (let call = 0; call < 3 * callsPerRound; call += 1) work();
  const rounds = Array.from({ length: 25 }, () => {
    const start = process.hrtime.bigint();
    for (let call = 0; call < callsPerRound; call += 1) work();
    return Number(process.hrtime.bigint() - start) / 1000 / callsPerRound;
  });
  return Math.min(...rounds);
};

const bareOptions = {
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  processEntities: false,
  trimValues: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
};

type Node = Readonly<Record<string, unknown>>;

const uris = (xml: string): Map<string, string> =>
  new Map([...xml.matchAll(/xmlns:(\w+)="([^"]+)"/g)].map(([, prefix, uri]) => [prefix ?? '', uri ?? '']));

/** Builds the same document with xmlbuilder2 and nothing else. */
const buildBare = (nodes: readonly Node[], parent: XMLBuilder, namespaces: ReadonlyMap<string, string>): void => {
  for (const node of nodes) {
    const key = Object.keys(node).find((name) => name !== ':@') ?? '';
    if (key === '#text') {
      parent.txt(String(node[key]));
      continue;
    }
    const element = parent.ele(namespaces.get(key.split(':')[0] ?? '') ?? '', key);
    for (const [name, value] of Object.entries((node[':@'] ?? {}) as Record<string, string>)) {
      const prefix = name.split(':')[0] ?? '';
      element.att(prefix === 'xmlns' ? 'http://www.w3.org/2000/xmlns/' : (namespaces.get(prefix) ?? ''), name, value);
    }
    buildBare(node[key] as Node[], element, namespaces);
  }
};

const compare = (what: string, bare: () => void, ours: () => void): void => {
  const bareTime = bestMicroseconds(bare);
  const ourTime = bestMicroseconds(ours);
  const percent = Math.round((100 * bareTime) / ourTime);
  console.log(`${what.padEnd(44)} bare ${bareTime.toFixed(0).padStart(6)} µs   ours ${ourTime.toFixed(0).padStart(6)} µs   ${percent} % of the bare speed`);
};

const measureDecode = (name: string, xml: string): void =>
  compare(`decode ${name}`, () => void new XMLParser(bareOptions).parse(xml), () => void decodePayload(xml));

const measureEncode = (name: string, message: OadrMessage): void => {
  const xml = encodePayload(message);
  const nodes = new XMLParser(bareOptions).parse(xml) as Node[];
  const namespaces = uris(xml);
  const bare = (): void => {
    const document = create({ version: '1.0', encoding: 'UTF-8' });
    buildBare(nodes, document, namespaces);
    document.end({ wellFormed: true });
  };
  compare(`encode ${name}`, bare, () => void encodePayload(message));
};

const shared = process.env['TER_VEN_SHARED'] ?? join(import.meta.dirname, '..', '..', 'shared');
const payload = (name: string): string => readFileSync(join(shared, 'openadr', 'payloads', name), 'utf8');

const samples = [
  ['event (14 KB)', payload('EiEvent-oadrDistributeEvent_event_polling_response--nhec.xml')],
  ['usage report (28 KB)', payload('EiReport-oadrUpdateReport_usage_report_request--nhec.xml').replaceAll(/\(A_[A-Z_]+\)/g, '2026-01-31T04:00:00Z')],
  ['poll (1 KB)', payload('OadrPoll-oadrPoll_event_polling_request--nhec.xml')],
] as const;

for (const [name, xml] of samples) {
  measureDecode(name, xml);
  const result = decodePayload(xml);
  if (!result.ok) throw new Error(result.refusal.text);
  measureEncode(name, result.message);
}
