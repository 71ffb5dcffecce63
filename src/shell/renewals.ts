/**
 * Setpoints are told for a short while at a time, and told again at half of it, until what was recorded of them ends. So a
 * device never goes on for long without us; one that is told for long is told again each few minutes, for that is when it is seen
 * whether it follows. A renewal says what is on record already: those that change nothing are
 * counted, and the count is one fact; one that fails is a fact at once.
 */
import type { AgentState } from '../core/state.ts';
import type { Input } from '../facts/fact.ts';
import type { SetpointRequested } from '../facts/planning.ts';
import { setpointTimeoutMs } from '../machines/device.ts';
import { streamOf } from '../machines/streams.ts';
import type { Arrival } from './arrival.ts';
import { errorText, noAnswerWithin, orTimeUp } from './patience.ts';
import type { Ports } from './ports.ts';
import { foundSerialOf, tellDevice } from './tellDevice.ts';

/** The part of a setpoint's validity after which it is told again. */
const renewAfter = 0.5;

/** @limit A device that is told for long is told again so often all the same: whether it follows is seen each time. @unit ms */
const seenWithinMs = 5 * 60_000;

/** How long renewals are counted before the count is written. @unit ms */
const summariseEveryMs = 6 * 3_600_000;

/** A setpoint with a name and a validity. */
type Renewed = SetpointRequested & { readonly setpointID: string; readonly renewedForMs: number };

interface Renewing {
  readonly setpoint: Renewed;
  callOff: () => void;
  /** When the device was told last, and until when it is to go on. UTC ms. */
  toldAt: number;
  toldUntil: number;
  count: number;
  firstAt: number;
  lastAt: number;
}

/** Until when a device is told what it is told now. UTC ms. */
export const toldUntil = (
  { validUntil, renewedForMs = Number.POSITIVE_INFINITY }: SetpointRequested,
  now: number,
): number => Math.min(validUntil, now + renewedForMs);

const isRenewed = (setpoint: SetpointRequested): setpoint is Renewed =>
  setpoint.setpointID !== undefined && setpoint.renewedForMs !== undefined;

/** All setpoints that are in force, by device. */
export class Renewals {
  readonly #ports: Ports;
  readonly #state: () => AgentState;
  readonly #take: (arrival: Arrival) => void;
  readonly #latest = new Map<string, string | undefined>();
  readonly #running = new Map<string, Renewing>();

  constructor(ports: Ports, state: () => AgentState, take: (arrival: Arrival) => void) {
    this.#ports = ports;
    this.#state = state;
    this.#take = take;
  }

  /** Something else is wanted of a device: what it was told before is not told again. */
  supersede({ resourceID, setpointID }: { readonly resourceID: string; readonly setpointID?: string }): void {
    this.#latest.set(resourceID, setpointID);
    this.#end(resourceID);
  }

  /** The device has taken a setpoint; it is told again as long as nothing else is wanted of it. */
  begin(setpoint: SetpointRequested): void {
    const { resourceID } = setpoint;
    if (!isRenewed(setpoint) || this.#latest.get(resourceID) !== setpoint.setpointID) return;
    this.#end(resourceID);
    const now = this.#ports.clock.now();
    const renewing: Renewing = {
      setpoint,
      callOff: () => undefined,
      toldAt: now,
      toldUntil: toldUntil(setpoint, now),
      count: 0,
      firstAt: 0,
      lastAt: 0,
    };
    this.#running.set(resourceID, renewing);
    this.#ring(renewing);
  }

  /** Writes what is counted and tells nothing again. */
  close(): void {
    for (const resourceID of [...this.#running.keys()]) this.#end(resourceID);
    this.#latest.clear();
  }

  #isRunning(renewing: Renewing): boolean {
    return this.#running.get(renewing.setpoint.resourceID) === renewing;
  }

  /** Waits for the next renewal; there is none once the device was told all there is, and is not left alone for long. */
  #ring(renewing: Renewing): void {
    const { resourceID, validUntil, renewedForMs } = renewing.setpoint;
    const halfMs = renewedForMs * renewAfter;
    const at = renewing.toldAt + Math.min(halfMs, seenWithinMs);
    if (renewing.toldUntil >= validUntil && (halfMs <= seenWithinMs || at >= validUntil)) {
      this.#end(resourceID);
      return;
    }
    renewing.callOff = this.#ports.alarms.ringAt(at, () => void this.#renew(renewing));
  }

  async #renew(renewing: Renewing): Promise<void> {
    const { resourceID, setpointID, demandWatts, validUntil } = renewing.setpoint;
    const now = this.#ports.clock.now();
    if (!this.#isRunning(renewing)) return;
    if (now >= validUntil) {
      this.#end(resourceID);
      return;
    }
    try {
      await this.#tell(renewing.setpoint, now);
      if (!this.#isRunning(renewing)) return;
      if (renewing.count === 0) renewing.firstAt = now;
      renewing.count += 1;
      renewing.lastAt = now;
      renewing.toldAt = now;
      renewing.toldUntil = toldUntil(renewing.setpoint, now);
      if (now - renewing.firstAt >= summariseEveryMs) this.#summarise(renewing);
      this.#ring(renewing);
    } catch (error) {
      if (!this.#isRunning(renewing)) return;
      this.#end(resourceID);
      const data = { setpointID, resourceID, demandWatts, detail: errorText(error), ...foundSerialOf(error) };
      this.#say(resourceID, { type: 'SetpointFailed', data });
    }
  }

  /** @throws what the device says, or that it says nothing in time. */
  async #tell(setpoint: Renewed, now: number): Promise<void> {
    const { clock, alarms } = this.#ports;
    const power = { demandWatts: setpoint.demandWatts, validUntil: toldUntil(setpoint, now) };
    const told = tellDevice(this.#ports, this.#state(), setpoint.resourceID, power);
    await orTimeUp(alarms, told, clock.now() + setpointTimeoutMs, () => {
      throw noAnswerWithin(setpointTimeoutMs);
    });
  }

  #end(resourceID: string): void {
    const renewing = this.#running.get(resourceID);
    if (renewing === undefined) return;
    this.#running.delete(resourceID);
    renewing.callOff();
    this.#summarise(renewing);
  }

  #summarise(renewing: Renewing): void {
    const { count, firstAt, lastAt } = renewing;
    if (count === 0) return;
    const { setpointID, resourceID } = renewing.setpoint;
    renewing.count = 0;
    this.#say(resourceID, {
      type: 'SetpointRenewalsSummarised',
      data: { setpointID, resourceID, count, firstAt, lastAt },
    });
  }

  #say(resourceID: string, input: Input): void {
    this.#take({ stream: streamOf('device', resourceID), input });
  }
}
