import { isDeepStrictEqual } from 'node:util';
import { drEventsOf, reportRequestsOf } from '../../../src/core/state.ts';
import type { KnownEntry } from '../../../src/facts/fact.ts';
import type { Storage } from '../../support/agentWorld.ts';
import type { Operation } from '../../support/life.ts';
import { booksOf, vtnLedger } from '../../support/ledgers.ts';
import { resourceID, timeZone } from '../../scenarios/support/day.ts';
import { evening, loadEventID, today } from './evening.ts';
import { firstDifference, Samples } from './folding.ts';

/** What an evening comes to: the same, wherever the agent was killed. */
export interface Outcome {
  readonly ledgerDifference: string;
  readonly energyKilowattHours: readonly (string | null)[];
  readonly drEvents: Readonly<Record<string, readonly [status: string, optType: string]>>;
  readonly requests: readonly string[];
  /** DR event versions the VTN has an answer to. */
  readonly answered: readonly string[];
}

/** An evening that was lived through. */
export interface Lived {
  readonly outcome: Outcome;
  readonly operations: readonly Operation[];
  /** Random offsets that were rolled for the DR event with a random start. */
  readonly offsets: readonly number[];
  readonly toldTwice: number;
  readonly statusReports: number;
  readonly doubts: number;
  /** What must never be, killed or not. */
  readonly problems: readonly string[];
}

/** How an evening is lived. */
export interface LivingOptions {
  /** The operation at which the agent is killed; null for none. */
  readonly killAt: number | null;
  readonly downMs?: number;
  readonly sampleEvery?: number;
  readonly storage?: Storage;
}

/** Lives the evening, and looks at everything afterwards. */
export const liveEvening = async ({
  killAt,
  downMs = 3_000,
  sampleEvery = 7,
  storage,
}: LivingOptions): Promise<Lived> => {
  const { world, live } = evening(storage);
  const samples = new Samples(world, sampleEvery);
  const operations: Operation[] = [];
  const acknowledged: { position: number; hash: string }[] = [];
  world.onAcknowledged = (entries) => acknowledged.push(...entries.map(({ position, hash }) => ({ position, hash })));
  world.onOperation = (operation, number) => {
    operations.push(operation);
    if (number !== killAt) return;
    world.crashFor(downMs);
    samples.forgetBeyond(acknowledged.at(-1)?.position ?? -1);
  };
  await live();
  const state = world.agent?.state;
  if (state === undefined) throw new Error('The agent is not there at the end.');

  const books = await booksOf(world.log, timeZone);
  const entries = (await world.entries()) as KnownEntry[];
  const { divergences, differences } = await samples.compare(world.log);
  await world.log.verify();
  const ours = books.ledger(resourceID, today);
  const theirs = vtnLedger(world.vtn, resourceID, today);
  const requestIDs = reportRequestsOf(state).map(([id]) => id);
  const remembered = [...(world.vtn.registrations()[0]?.reportRequests.keys() ?? [])];
  return {
    outcome: {
      ledgerDifference: isDeepStrictEqual(ours, theirs) ? '' : firstDifference(ours, theirs),
      energyKilowattHours: ours.map(({ energyKilowattHours }) => energyKilowattHours),
      drEvents: Object.fromEntries(
        drEventsOf(state).map(([id, { optType }, status]) => [id, [status, optType] as const]),
      ),
      requests: reportRequestsOf(state).map(([, { terms }, value]) => `${terms?.kind} ${terms?.reportBackMs} ${value}`),
      answered: [
        ...new Set(world.vtn.opts.map(({ eventID, modificationNumber }) => `${eventID} ${modificationNumber}`)),
      ].sort(),
    },
    operations,
    offsets: entries.flatMap((entry) =>
      entry.type === 'DrEventAccepted' && entry.data.eventID === loadEventID ? [entry.data.offsetMs] : [],
    ),
    toldTwice: world.vtn.totals().toldTwice,
    statusReports: world.vtn.chronicle.exchanges.filter(
      ({ request }) =>
        request?.message === 'oadrUpdateReport' && request.oadrReport[0]?.reportName === 'TELEMETRY_STATUS',
    ).length,
    doubts: entries.filter(({ type }) => type === 'UsageDeliveryDoubted').length,
    problems: [
      ...divergences.map((divergence) => `divergence ${JSON.stringify(divergence).slice(0, 400)}`),
      ...differences.map((difference) => `live and folded state differ ${difference}`),
      ...acknowledged
        .filter(({ position, hash }) => entries[position]?.hash !== hash)
        .map(({ position }) => `entry ${position} was acknowledged and is gone`),
      ...(isDeepStrictEqual(requestIDs, remembered)
        ? []
        : [`the report requests in force are ${requestIDs.join()} here and ${remembered.join()} there`]),
      // A kill lets answers go that the VTN waits for: what they answered is asked for anew, and answered under a new requestID.
      ...world.vtn.complaints.filter(({ rule }) => killAt === null || rule !== '12').map(({ text }) => text),
    ],
  };
};

/** What a killed evening has come to that it should not have. */
export const faultsOf = (
  { outcome, offsets, toldTwice, doubts, problems }: Lived,
  untroubled: Lived,
): readonly string[] => [
  ...problems,
  ...(isDeepStrictEqual(outcome, untroubled.outcome) ? [] : [firstDifference(outcome, untroubled.outcome)]),
  ...(offsets.length === 1 ? [] : [`the random start was rolled ${offsets.length} times`]),
  ...(toldTwice > 0 && doubts === 0 ? [`${toldTwice} hours were told twice and nothing was in doubt`] : []),
];

/** Kills an evening's agent at every nth operation, one after the other, and says what came out wrong. */
export const killEverywhere = async (
  untroubled: Lived,
  { first, step }: { readonly first: number; readonly step: number },
): Promise<{ failures: readonly string[]; kills: number; doubts: number }> => {
  const failures: string[] = [];
  let doubts = 0;
  let kills = 0;
  for (let killAt = first; killAt <= untroubled.operations.length; killAt += step) {
    const lived = await liveEvening({ killAt });
    const where = `kill at operation ${killAt} (${untroubled.operations[killAt - 1]})`;
    failures.push(...faultsOf(lived, untroubled).map((fault) => `${where}: ${fault}`));
    doubts += lived.doubts;
    kills += 1;
  }
  return { failures, kills, doubts };
};
