import { identifiersIn, pseudonymsFor } from '../../../src/bundle/collect.ts';
import { itemsOf, survey, type BundleCut, type CutBounds } from '../../../src/bundle/cut.ts';
import type { BundleSource } from '../../../src/bundle/blockIndex.ts';
import { bundleFormat, type Manifest } from '../../../src/bundle/manifest.ts';
import { openBundle, type BundleLog } from '../../../src/bundle/openBundle.ts';
import { Reconciler } from '../../../src/bundle/reconciling.ts';
import { inTurn, rewritingBy, type Rewriting } from '../../../src/bundle/rewriting.ts';
import { signaturesElided } from '../../../src/bundle/signaturesElided.ts';
import { writeBundle, type WriteOptions } from '../../../src/bundle/writeBundle.ts';
import type { Entry } from '../../../src/facts/entry.ts';
import type { EventLog } from '../../../src/store/eventLog.ts';

/** All of a log. */
export const everything: CutBounds = { isBefore: () => false, isBeyond: () => false };

/** The steps between two positions. */
export const between = (from: number, to = Number.MAX_SAFE_INTEGER): CutBounds => ({
  isBefore: ({ position }: Entry) => position < from,
  isBeyond: ({ position }: Entry) => position > to,
});

/** Nothing is changed. */
export const asItIs: Rewriting = { entry: (entry) => entry, xml: (xml) => xml, checkpoint: (checkpoint) => checkpoint };

/** A bundle in memory. */
export const memorySource = (bytes: Uint8Array, name = 'a bundle'): BundleSource => ({
  name,
  bytes: bytes.length,
  read: (offset, length) => Promise.resolve(Buffer.from(bytes.subarray(offset, offset + length))),
  close: () => Promise.resolve(),
});

/** All parts as one. */
export const gathered = async (parts: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const all: Uint8Array[] = [];
  for await (const part of parts) all.push(part);
  return Buffer.concat(all);
};

/** The bytes of a bundle that is cut out of a log. */
export const bytesOf = async (
  cut: BundleCut,
  changes: Partial<Manifest> = {},
  options: WriteOptions = {},
): Promise<Buffer> => {
  const found = await survey(cut);
  const { base, head, checkpoints, state, recordedHash, ...counts } = found;
  const manifest: Manifest = {
    bundle: 'ter-ven',
    format: bundleFormat,
    madeAt: 0,
    madeBy: { agent: 'test', machines: '1' },
    venID: state.settings?.venID ?? '',
    timeZone: 'America/New_York',
    base,
    head,
    entries: head.position - base.position,
    pseudonymised: false,
    keptIdentifiers: [],
    redactedEntries: 0,
    sealedAnew: head.hash !== recordedHash,
    ...counts,
    ...changes,
  };
  return gathered(writeBundle({ manifest, checkpoints, items: itemsOf(cut, found) }, options));
};

/** Cuts and opens again. */
export const bundleOf = async (
  log: EventLog,
  stretch: CutBounds = everything,
  rewriting = asItIs,
): Promise<BundleLog> => openBundle(memorySource(await bytesOf({ log, stretch, rewriting })));

/** Cuts under pseudonyms, and says what had to stay. */
export const pseudonymised = async (
  log: EventLog,
  stretch: CutBounds = everything,
  key = Buffer.alloc(32, 7),
): Promise<{
  readonly bundle: BundleLog;
  readonly bytes: Buffer;
  readonly identifiers: ReadonlySet<string>;
  readonly kept: ReadonlySet<string>;
}> => {
  const named = await identifiersIn(log.read());
  const pseudonyms = pseudonymsFor(named, [], key);
  const reconciler = new Reconciler(inTurn([signaturesElided, rewritingBy(pseudonyms)]), pseudonyms);
  const bytes = await bytesOf({ log, stretch, reconciler, rewriting: reconciler.rewriting }, { pseudonymised: true });
  return { bundle: await openBundle(memorySource(bytes)), bytes, ...named };
};
