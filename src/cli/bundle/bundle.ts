import { randomBytes } from 'node:crypto';
import { basename, resolve } from 'node:path';
import { writeNewFile } from '../../adapters/log/bundleFile.ts';
import { signerIn } from '../../adapters/signing/keys.ts';
import { identifiersIn, pseudonymsFor } from '../../bundle/collect.ts';
import { itemsOf, survey, type BundleCut, type CutBounds, type BundleSurvey } from '../../bundle/cut.ts';
import { bundleFormat, type Manifest } from '../../bundle/manifest.ts';
import { Reconciler } from '../../bundle/reconciling.ts';
import { inTurn, rewritingBy, type Rewriting } from '../../bundle/rewriting.ts';
import { signaturesElided } from '../../bundle/signaturesElided.ts';
import { SecretGate } from '../../bundle/secrets.ts';
import { writeBundle } from '../../bundle/writeBundle.ts';
import type { Entry } from '../../facts/entry.ts';
import { machineVersion } from '../../machines/machineVersion.ts';
import { dayOf } from '../../programme/calendar.ts';
import type { EventLog } from '../../store/eventLog.ts';
import { configurationFor } from '../configurationOptions.ts';
import { CommandFailure, EXIT, type ExitCode } from '../exitCode.ts';
import { edgeOf, type LogEdge } from '../log/select.ts';
import type { ParsedArguments } from '../options.ts';
import { hereOf, reading, type OpenReading } from '../reading.ts';
import { say } from '../prose.ts';
import type { Surroundings } from '../surroundings.ts';
import { VERSION } from '../version.ts';
import { withoutPaths } from './paths.ts';
import { sizeText } from './sizeText.ts';
import { refuseUnknownSecret } from './unknownSecret.ts';

const isReached = (edge: LogEdge, { position, recordedAt }: Entry): boolean =>
  'position' in edge ? position >= edge.position : recordedAt >= edge.at;
const isPassed = (edge: LogEdge, { position, recordedAt }: Entry): boolean =>
  'position' in edge ? position > edge.position : recordedAt >= edge.at;

const stretchGiven = async (given: ParsedArguments, opened: OpenReading): Promise<CutBounds> => {
  const here = await hereOf(opened);
  const from = edgeOf(given.text('from'), 'start', here);
  const to = edgeOf(given.text('to'), 'end', here);
  // An agent may go on writing while it is read several times.
  const last = opened.log.durableHead.position;
  return {
    isBefore: (input) => from !== null && !isReached(from, input),
    isBeyond: (input) => input.position > last || (to !== null && isPassed(to, input)),
  };
};

async function* upTo(log: EventLog, { isBeyond }: CutBounds): AsyncGenerator<Entry> {
  for await (const entry of log.read()) {
    if (entry.direction === 'in' && isBeyond(entry)) return;
    yield entry;
  }
}

/** What is cut out, with the names replaced if that is wished, and the identifiers that had to stay. */
const cutFor = async (
  given: ParsedArguments,
  log: EventLog,
  stretch: CutBounds,
  gate: Rewriting,
  host: string,
): Promise<{ readonly cut: BundleCut; readonly kept: readonly string[] }> => {
  if (!given.switches.has('pseudonymise')) return { cut: { log, stretch, rewriting: gate }, kept: [] };
  const named = await identifiersIn(upTo(log, stretch));
  const pseudonyms = pseudonymsFor(named, [host], randomBytes(32));
  const reconciler = new Reconciler(inTurn([signaturesElided, rewritingBy(pseudonyms), gate]), pseudonyms);
  return { cut: { log, stretch, reconciler, rewriting: reconciler.rewriting }, kept: [...named.kept] };
};

const manifestOf = (
  found: BundleSurvey,
  keptIdentifiers: readonly string[],
  redactedEntries: number,
  pseudonymised: boolean,
  { here }: OpenReading,
): Manifest => ({
  bundle: 'ter-ven',
  format: bundleFormat,
  madeAt: here.now,
  madeBy: { agent: VERSION, machines: machineVersion },
  venID: found.state.settings?.venID ?? '',
  timeZone: found.state.settings?.timeZone ?? here.timeZone,
  base: found.base,
  head: found.head,
  firstAt: found.firstAt,
  lastAt: found.lastAt,
  entries: found.head.position - found.base.position,
  wires: found.wires,
  forgottenWires: found.forgottenWires,
  pseudonymised,
  keptIdentifiers,
  redactedEntries,
  sealedAnew: found.head.hash !== found.recordedHash,
});

const fileFor = (given: ParsedArguments, { firstAt, lastAt, timeZone }: Manifest): string => {
  const [first, last] = [dayOf(firstAt, timeZone).day, dayOf(lastAt, timeZone).day];
  return resolve(given.text('out') ?? `ven-${first === last ? first : `${first}-to-${last}`}.bundle.gz`);
};

const written = async (path: string, parts: AsyncIterable<Uint8Array>): Promise<number> => {
  try {
    return await writeNewFile(path, parts);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    const why = code === 'EEXIST' ? 'there is a file of that name already' : `the disk says ${code}`;
    throw new CommandFailure(`The bundle cannot be written to ${path}: ${why}. Give another name with --out.`);
  }
};

const told = (
  path: string,
  bytes: number,
  { base, head, entries, wires, forgottenWires, sealedAnew, pseudonymised, redactedEntries, keptIdentifiers }: Manifest,
): string => {
  const lines = [
    `Wrote ${path}: ${sizeText(bytes)}, entries ${base.position + 1} to ${head.position} (${entries}), ${wires} messages with their XML.`,
    ...(forgottenWires > 0 ? [`The XML of ${forgottenWires} more was no longer kept.`] : []),
    ...(pseudonymised ? ['Every identifier was replaced by a pseudonym; nothing was kept that leads back.'] : []),
    ...(keptIdentifiers.length > 0
      ? [
          `Not replaced: ${keptIdentifiers.join(', ')}. A random offset was drawn from each of these eventIDs, and another name would have drawn another.`,
        ]
      : []),
    ...(redactedEntries > 0 ? [`A secret or a path of this machine was taken out of ${redactedEntries} entries.`] : []),
    ...(sealedAnew ? ['Its hashes are therefore its own and not those of the log.'] : []),
    `Look at what is in it before you send it: ven bundle inspect ${basename(path)}`,
  ];
  return `${lines.join('\n')}\n`;
};

/** The body of `ven bundle`. */
export const bundle = (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> => {
  const configuration = configurationFor(given, surroundings);
  const { redactor, vtnUrl, tlsFiles } = configuration;
  return reading(given, surroundings, async (opened) => {
    const { settings, log } = opened;
    const sign = given.switches.has('sign') ? signerIn(settings.dataDirectory) : undefined;
    const hidePaths = withoutPaths([
      settings.dataDirectory,
      given.text('config'),
      tlsFiles.caFile,
      tlsFiles.certificateFile,
      tlsFiles.keyFile,
      surroundings.environment['HOME'],
    ]);
    const gate = new SecretGate((text) => hidePaths(surroundings.redactor.text(redactor.text(text))));
    const stretch = await stretchGiven(given, opened);
    await refuseUnknownSecret(configuration, () => upTo(log, stretch));
    const { cut, kept } = await cutFor(given, log, stretch, gate.rewriting, new URL(vtnUrl.origin).hostname);
    const found = await survey(cut);
    const manifest = manifestOf(
      found,
      kept,
      [...gate.positions].filter((position) => position > found.base.position).length,
      given.switches.has('pseudonymise'),
      opened,
    );
    const path = fileFor(given, manifest);
    const bytes = await written(
      path,
      writeBundle(
        { manifest, checkpoints: found.checkpoints, items: itemsOf(cut, found) },
        sign === undefined ? {} : { sign },
      ),
    );
    say(surroundings.stdout, told(path, bytes, manifest));
    return EXIT.success;
  });
};
