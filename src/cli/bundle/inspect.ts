import { printable } from '../../text/printable.ts';
import { signedBy } from '../../adapters/signing/keys.ts';
import type { Ending, Manifest } from '../../bundle/manifest.ts';
import type { BundleLog } from '../../bundle/openBundle.ts';
import { Tallying, type Tally } from '../../bundle/tally.ts';
import { openBundleAt } from '../control/openLog.ts';
import { EXIT, type ExitCode } from '../exitCode.ts';
import { momentText } from '../log/entryColumns.ts';
import type { ParsedArguments } from '../options.ts';
import { isoText } from '../rows.ts';
import type { Surroundings } from '../surroundings.ts';
import { labelledText, roomOf } from '../prose.ts';
import { tableText } from '../table.ts';
import { sizeText } from './sizeText.ts';

/** @limit Identifiers of a kind that are listed; all of them are in the JSON form. */
const listedIdentifiers = 20;

/** Reads all of it, which checks every entry and every XML against the chain. */
const tallyOf = async (log: BundleLog): Promise<Tally> => {
  const tally = new Tallying();
  for (const checkpoint of await log.checkpoints()) tally.takeCheckpoint(checkpoint);
  for await (const item of log.items()) tally.take(item);
  return tally;
};

const signatureText = ({ digest, signature }: Ending): string => {
  if (signature === undefined) return 'not signed';
  const key = signedBy(digest, signature);
  return key === null
    ? 'NOT RIGHT: it was changed, or made of something else'
    : `right, by the key with the fingerprint ${key.fingerprint}`;
};

const names = ({ pseudonymised, keptIdentifiers }: Manifest): string => {
  if (!pseudonymised) return 'as they are in the log; --pseudonymise replaces them';
  return keptIdentifiers.length === 0
    ? 'pseudonyms'
    : `pseudonyms, but for ${keptIdentifiers.join(', ')}, from which random offsets were drawn`;
};

const headLines = (
  name: string,
  bytes: number,
  manifest: Manifest,
  ending: Ending,
): readonly (readonly [string, string])[] => {
  const {
    format,
    madeAt,
    madeBy,
    venID,
    timeZone,
    base,
    head,
    firstAt,
    lastAt,
    entries,
    wires,
    forgottenWires,
    redactedEntries,
    sealedAnew,
  } = manifest;
  return [
    ['bundle', `${name} (${sizeText(bytes)}, format ${format})`],
    ['made', `${momentText(madeAt, timeZone)} by ter-ven ${madeBy.agent}, machines ${madeBy.machines}`],
    ['VEN', venID],
    ['from', `${momentText(firstAt, timeZone)} (${timeZone})`],
    ['to', momentText(lastAt, timeZone)],
    ['entries', `${entries}, positions ${base.position + 1} to ${head.position}`],
    [
      'XML',
      `${wires} messages as they went over the wire${forgottenWires === 0 ? '' : `; ${forgottenWires} were no longer kept`}`,
    ],
    ['identifiers', names(manifest)],
    [
      'secrets',
      redactedEntries === 0 ? 'none was found that had to be taken out' : `taken out of ${redactedEntries} entries`,
    ],
    ['chain', `whole, from ${base.hash}`],
    ['', `to ${head.hash}`],
    ['', sealedAnew ? 'sealed anew: these are not the hashes of the log' : 'these are the hashes of the log'],
    ['digest', ending.digest],
    ['signature', signatureText(ending)],
  ];
};

const counted = (title: string, counts: ReadonlyMap<string, number>): string => {
  if (counts.size === 0) return '';
  const rows = [...counts].sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1));
  return `\n${tableText(
    [title, 'number'],
    rows.map(([name, count]) => [name, String(count)]),
    { rightFrom: 1 },
  )}`;
};

const identifierLines = (identifiers: Tally['identifiers']): string =>
  [...identifiers]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, found]) => {
      const more = found.size > listedIdentifiers ? `\n    … and ${found.size - listedIdentifiers} more` : '';
      return `  ${name} (${found.size})\n${[...found]
        .slice(0, listedIdentifiers)
        .map((each) => `    ${each}`)
        .join('\n')}${more}\n`;
    })
    .join('');

const textOf = (log: BundleLog, name: string, bytes: number, tally: Tally, width: number): string =>
  `${labelledText(headLines(name, bytes, log.manifest, log.ending), width)}` +
  `${counted('sent by the VEN', tally.sent)}${counted('answered by the VTN', tally.received)}${counted('not answered', tally.failures)}${counted('fact', tally.facts)}` +
  `\nIt names\n${identifierLines(tally.identifiers)}`;

const documentOf = (
  { manifest, ending }: BundleLog,
  bytes: number,
  { facts, sent, received, failures, identifiers }: Tally,
): object => ({
  ...manifest,
  bytes,
  madeAt: isoText(manifest.madeAt),
  firstAt: isoText(manifest.firstAt),
  lastAt: isoText(manifest.lastAt),
  digest: ending.digest,
  signedBy: ending.signature === undefined ? null : (signedBy(ending.digest, ending.signature)?.fingerprint ?? false),
  facts: Object.fromEntries(facts),
  sent: Object.fromEntries(sent),
  received: Object.fromEntries(received),
  failures: Object.fromEntries(failures),
  identifiers: Object.fromEntries([...identifiers].map(([name, found]) => [name, [...found]])),
});

/** The body of `ven bundle inspect`. A signature that is not right ends it with 1. */
export const inspect = async (given: ParsedArguments, { stdout }: Surroundings): Promise<ExitCode> => {
  const path = given.operands[0] ?? '';
  const log = await openBundleAt(path);
  try {
    const tally = await tallyOf(log);
    const { bytes } = await log.diskUse();
    stdout.write(
      given.switches.has('json')
        ? `${JSON.stringify(documentOf(log, bytes, tally))}\n`
        : printable(textOf(log, path, bytes, tally, roomOf(stdout))),
    );
    const { digest, signature } = log.ending;
    return signature !== undefined && signedBy(digest, signature) === null ? EXIT.failure : EXIT.success;
  } finally {
    await log.close();
  }
};
