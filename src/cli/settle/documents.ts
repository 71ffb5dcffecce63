/** The documents a settlement can be handed out as: one page, and a claim. */
import type { Entry } from '../../facts/entry.ts';
import { upcast } from '../../facts/upcast.ts';
import { sentenceOf } from '../../telling/sentence.ts';
import { emptyHead } from '../../store/hashChain.ts';
import type { EventLog } from '../../store/eventLog.ts';
import { type Claim, claimOf, type ClaimEvidence, isEvidence, wantedEvidence } from '../../settlement/claim.ts';
import { claimPage } from '../../settlement/page/claimPage.ts';
import { positionsRestedOn } from '../../settlement/page/entries.ts';
import type { EntryTold } from '../../settlement/page/pageInput.ts';
import { settlementPage } from '../../settlement/page/page.ts';
import type { ReviewTold } from '../../settlement/page/reviewSection.ts';
import type { Reconciliation } from '../../settlement/reconciliation/reconcile.ts';
import type { Settlement } from '../../settlement/settlement.ts';
import { VERSION } from '../version.ts';
import type { Comparison } from './comparison.ts';

/** What documents say of themselves. */
export interface Making {
  readonly log: EventLog;
  readonly venID: string | null;
  readonly madeAt: number;
}

const madeBy = `ter-ven ${VERSION}`;

const hashAt = async (log: EventLog, position: number): Promise<string | null> => {
  for await (const entry of log.read({ from: position, to: position })) return entry.hash;
  return null;
};

/** @limit Entries that a page tells; beyond them it has their positions alone. */
const toldEntries = 20_000;

/** What the entries say that the numbers rest on, in one reading of the time they lie in. */
const entriesTold = async (log: EventLog, settlement: Settlement): Promise<readonly EntryTold[]> => {
  const wanted = positionsRestedOn(settlement);
  if (wanted.size === 0 || wanted.size > toldEntries) return [];
  const [from, to] = [[...wanted].reduce((a, b) => Math.min(a, b)), [...wanted].reduce((a, b) => Math.max(a, b))];
  const told: EntryTold[] = [];
  for await (const entry of log.read({ from, to })) {
    const { position, recordedAt } = entry;
    if (wanted.has(position))
      told.push({ position, recordedAt, sentence: sentenceOf(upcast(entry), settlement.timeZone) });
  }
  return told;
};

/** The settlement as one page. */
export const pageOf = async (
  settlement: Settlement,
  { reconciliation, billRounding, elsewhere, sources }: Comparison,
  { log, venID, madeAt }: Making,
  review: ReviewTold | null,
): Promise<string> =>
  settlementPage({
    settlement,
    reconciliation,
    billRounding,
    elsewhere,
    files: sources,
    venID,
    logHash: await hashAt(log, settlement.asOf.position),
    madeAt,
    madeBy,
    timeZoneData: process.versions.tz ?? 'unknown',
    entries: await entriesTold(log, settlement),
    ...(review === null ? {} : { review }),
  });

/** Inputs that are messages of the VTN. */
const messages: ReadonlySet<string> = new Set(['MessageReceived', 'RequestReceived']);

/** The message that led to an entry, where it stands just before it: what the VTN answered to a report, or pushed. */
const answerBefore = (
  last: ClaimEvidence | null,
  { cause }: Entry,
  evidence: readonly ClaimEvidence[],
): readonly ClaimEvidence[] =>
  last !== null && last.entry.position === cause && messages.has(last.entry.type) && !evidence.includes(last)
    ? [last]
    : [];

/** The entries a claim rests on, each with the hash of the one before it, in one reading of the time they lie in. */
const evidenceFor = async (log: EventLog, reconciliation: Reconciliation): Promise<readonly ClaimEvidence[]> => {
  const wanted = wantedEvidence(reconciliation);
  const positions = [...wanted.positions].toSorted((a, b) => a - b);
  const [first, last] = [positions[0], positions.at(-1)];
  if (first === undefined || last === undefined) return [];
  const evidence: ClaimEvidence[] = [];
  let input: ClaimEvidence | null = null;
  let previousHash = first === 0 ? emptyHead.hash : null;
  for await (const entry of log.read({ from: Math.max(0, first - 1), to: last })) {
    const item = previousHash === null ? null : { previousHash, entry };
    if (item !== null && isEvidence(wanted, entry)) evidence.push(...answerBefore(input, entry, evidence), item);
    if (entry.direction === 'in') input = evidence.at(-1)?.entry === entry ? (evidence.at(-1) ?? null) : item;
    previousHash = entry.hash;
  }
  return evidence;
};

const claimFrom = async (
  settlement: Settlement,
  reconciliation: Reconciliation,
  { sources }: Comparison,
  { log, venID, madeAt }: Making,
): Promise<Claim> => {
  const evidence = await evidenceFor(log, reconciliation);
  const logHash = await hashAt(log, settlement.asOf.position);
  return claimOf({ settlement, reconciliation, files: sources, venID, logHash, madeAt, madeBy }, evidence);
};

/** The claim as the text of a file: a page where its name ends in .html, JSON otherwise. */
export const claimText = async (
  file: string,
  settlement: Settlement,
  reconciliation: Reconciliation,
  comparison: Comparison,
  making: Making,
): Promise<string> => {
  const claim = await claimFrom(settlement, reconciliation, comparison, making);
  return /\.html?$/i.test(file) ? claimPage(claim) : `${JSON.stringify(claim, null, 2)}\n`;
};
