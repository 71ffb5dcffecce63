import type { Entry } from '../facts/entry.ts';
import { Audit } from './audit.ts';
import type { ReadRange } from './eventLog.ts';
import type { Head } from './head.ts';
import { isGap } from './gaps.ts';
import { checkWire, followChain, type GapListener } from './hashChain.ts';
import type { LogView } from './logView.ts';
import { headAt } from './logWriter.ts';

/** The entries of a range, each proved by the chain. @throws LogError `corrupt` */
export async function* entriesOf(
  view: LogView,
  { from = 0, to = Number.MAX_SAFE_INTEGER }: ReadRange,
  durable: Head,
  onGap?: GapListener,
): AsyncGenerator<Entry> {
  const last = Math.min(to, durable.position);
  if (Math.max(from, 0) > last) return;
  const before = await view.headAt(Math.max(from, 0) - 1);
  if (before.position < last) yield* followChain(before, view.texts(before.position + 1, last), last, onGap);
}

/** Walks the chain from a position to the durable head, XML included. @throws LogError `corrupt` */
export const verifyChain = async (view: LogView, from: number, durable: Head): Promise<Head> => {
  const forgottenBefore = await view.forgottenBefore();
  const audit = new Audit(await view.readBase());
  let head = await view.headAt(from - 1);
  for await (const entry of entriesOf(view, { from }, durable, (gap) => audit.takeGap(gap))) {
    const xml = entry.wireHash === undefined ? undefined : await view.wire(entry.position);
    if (xml === null) audit.takeLostWire(entry);
    else checkWire(entry, xml, forgottenBefore);
    audit.takeEntry(entry);
    head = headAt(entry);
  }
  if (from <= 0) audit.finish();
  return head;
};

/** The XML kept beside an entry. @throws LogError `corrupt` */
export const wireOf = async (view: LogView, position: number, durable: Head): Promise<string | undefined> => {
  if (position < 0 || position > durable.position) return undefined;
  const there = await view.at(position);
  if (isGap(there)) return undefined;
  const xml = await view.wire(position);
  if (xml === null) return undefined;
  checkWire(there, xml, await view.forgottenBefore());
  return xml;
};
