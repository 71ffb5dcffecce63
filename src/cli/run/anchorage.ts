/** Whether a log is the one that the anchors know, and how they are kept up with it. */
import { thisHost, type Anchor, type Anchors } from '../../adapters/log/anchors.ts';
import type { LogRepaired } from '../../facts/input.ts';
import { LogError } from '../../store/errors.ts';
import type { DiskLog } from '../../store/diskLog.ts';

/** What an anchor has to do with a log. */
export type AnchoredLog = Pick<DiskLog, 'createdAt' | 'durableHead' | 'read'>;
import { CommandFailure, EXIT } from '../exitCode.ts';
import { isoText } from '../rows.ts';

/** Whose log it is. */
export interface Owner {
  readonly venID: string;
  /** The VTN's origin. */
  readonly vtn: string;
  readonly directory: string;
}

const describe = ({ directory, position, writtenAt, host }: Anchor): string =>
  `${directory} on ${host} (entry ${position}, ${isoText(writtenAt)})`;

/** No log may be begun where an agent of this VEN has sent from another. @throws CommandFailure */
export const mustBeNew = (known: readonly Anchor[], { venID, vtn, directory }: Owner): void => {
  const other = known.find((each) => each.directory === directory || (each.venID === venID && each.vtn === vtn));
  if (other === undefined || other.position < 0) return;
  throw new CommandFailure(
    `There is no log in ${directory}, but this VEN has had one in ${describe(other)}, and a new one would know nothing of what was sent: put that log back, or a backup of it; or begin anew on purpose with "ven run --new-log".`,
    EXIT.logUnsafe,
  );
};

const hashAt = async (log: AnchoredLog, position: number): Promise<string | null> => {
  for await (const { hash } of log.read({ from: position, to: position })) return hash;
  return null; // let go of
};

/**
 * Whether a repair or restoring has taken the loss of what the anchor knows into account. A position alone does not say so: the log
 * grows anew over those that were lost, and what is missing of it by then was written after the repair.
 */
const isAccountedFor = async (log: AnchoredLog, { position, hash, runID, writtenAt }: Anchor): Promise<boolean> => {
  let isTakenIntoAccount = false;
  for await (const entry of log.read()) {
    if (entry.runID === runID) isTakenIntoAccount = false; // its run came after the repair
    if (entry.type !== 'LogRepaired') continue;
    const { headBefore } = entry.data as LogRepaired;
    if (headBefore?.hash === hash || (writtenAt <= entry.recordedAt && position <= (headBefore?.position ?? -1)))
      isTakenIntoAccount = true;
  }
  return isTakenIntoAccount;
};

/** The anchor that knows more of this log than it holds, or null. */
export const anchorAhead = async (log: AnchoredLog, known: readonly Anchor[]): Promise<Anchor | null> => {
  for (const anchor of known) {
    if (anchor.createdAt !== log.createdAt || anchor.position < 0) continue;
    const isAhead = anchor.position > log.durableHead.position;
    const there = isAhead ? null : await hashAt(log, anchor.position);
    if (!isAhead && (there === null || there === anchor.hash)) continue;
    if (!(await isAccountedFor(log, anchor))) return anchor;
  }
  return null;
};

const lastRecordedAt = async (log: AnchoredLog): Promise<number> => {
  const { position } = log.durableHead;
  for await (const { recordedAt } of log.read({ from: position, to: position })) return recordedAt;
  return Number.NEGATIVE_INFINITY;
};

/** The anchor of another log from which this VEN went on later, or null. */
const laterElsewhere = async (log: AnchoredLog, known: readonly Anchor[], owner: Owner): Promise<Anchor | null> => {
  const other = known.find(({ venID, vtn }) => venID === owner.venID && vtn === owner.vtn);
  if (other === undefined || other.createdAt === log.createdAt || other.position < 0) return null;
  return other.writtenAt > (await lastRecordedAt(log)) ? other : null;
};

/** A log must be as long as it is known to have been. @throws LogError `restored` */
export const mustBeLatest = async (log: AnchoredLog, known: readonly Anchor[], owner: Owner): Promise<void> => {
  const other = (await anchorAhead(log, known)) ?? (await laterElsewhere(log, known, owner));
  if (other === null) return;
  throw new LogError(
    'restored',
    `The log in ${owner.directory} ends at entry ${log.durableHead.position}, but an agent of this VEN went on after that in ${describe(other)}, so this is an older copy or another log: put the later one back, or run "ven log restored", which puts in doubt what may have been sent since, and start again.`,
  );
};

/** How old an anchor may become while the log grows. @unit ms */
const keepUpEveryMs = 60_000;

/** What has been told to the VTN is remembered at once. */
export const isTold = (type: string): boolean => type.startsWith('UsageDelivery') || type === 'AgentStarted';

/** What an anchor is made of, but for where the log ends. */
export interface AnchorMaker {
  readonly owner: Owner;
  readonly runID: string;
  readonly now: () => number;
}

/** An anchor of where a log ends now. */
export const anchorOf = (
  log: Pick<DiskLog, 'createdAt' | 'durableHead'>,
  { owner, runID, now }: AnchorMaker,
  isRunning: boolean,
): Anchor => ({
  ...owner,
  host: thisHost(),
  runID,
  createdAt: log.createdAt,
  ...log.durableHead,
  writtenAt: now(),
  isRunning,
});

/** Keeps the anchor of a log close behind it, and looks who else writes it. */
export class AnchorKeeper {
  readonly #anchors: Anchors;
  readonly #log: DiskLog;
  readonly #maker: AnchorMaker;
  readonly #stopFollowing: () => void;
  readonly #timer: ReturnType<typeof setInterval>;
  #onRival: (rival: Anchor) => void = () => undefined;
  #writtenPosition = -2;
  #hasWritten = false;

  constructor(anchors: Anchors, log: DiskLog, maker: AnchorMaker) {
    this.#anchors = anchors;
    this.#log = log;
    this.#maker = maker;
    this.#stopFollowing = log.follow(({ type }) => {
      if (isTold(type)) queueMicrotask(() => this.keepUp());
    });
    this.#timer = setInterval(() => this.keepUp(), keepUpEveryMs).unref();
  }

  /** Told of an agent of another run that has written the anchor since we did. */
  onRival(tell: (rival: Anchor) => void): void {
    this.#onRival = tell;
  }

  /** Writes where the log ends. A disk that refuses leaves an anchor that lags, and is still true. */
  keepUp(isRunning = true): void {
    const { position } = this.#log.durableHead;
    this.#lookForRival();
    if (position < 0 || (isRunning && position === this.#writtenPosition)) return;
    try {
      this.#anchors.write(anchorOf(this.#log, this.#maker, isRunning));
      this.#writtenPosition = position;
      this.#hasWritten = true;
    } catch {
      // See above.
    }
  }

  stop(isLost: boolean): void {
    clearInterval(this.#timer);
    this.#stopFollowing();
    if (!isLost) this.keepUp(false);
  }

  #lookForRival(): void {
    const { venID } = this.#maker.owner;
    const found = this.#anchors.of({ createdAt: this.#log.createdAt, venID });
    if (this.#hasWritten && found !== null && found.runID !== this.#maker.runID) this.#onRival(found);
  }
}
