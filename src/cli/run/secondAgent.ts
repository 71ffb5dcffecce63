/** Whether somebody else is this VEN: what the log and its anchor show of a second agent with the same venID. */
import type { Anchor } from '../../adapters/log/anchors.ts';
import type { Entry } from '../../facts/entry.ts';
import type { Registered, RegistrationEnded } from '../../facts/output.ts';
import type { ClockJumped, SecondAgentSuspected } from '../../facts/input.ts';
import type { Ports } from '../../shell/ports.ts';

/** How long what was seen counts. @unit ms */
const countsForMs = 3 * 24 * 3_600_000;

/** How often a registration may be lost in that time to a VTN that answers in between; one that was restarted loses it once. */
const lossesSuspicious = 3;

/** After this long without another sign of the anchor the other agent has ended. @unit ms */
const anchorQuietMs = 15 * 60_000;

/** How often it is looked whether a suspicion is over. @unit ms */
const lookEveryMs = 60_000;

/** Gathers signs of a second agent, and tells once when there are enough, and once when they are over. */
export class SecondAgentWatch {
  readonly #tell: (fact: SecondAgentSuspected) => void;
  readonly #ports: Pick<Ports, 'clock' | 'alarms'>;
  #callOff: () => void = () => undefined;
  readonly #suspected = new Set<SecondAgentSuspected['by']>();
  #losses: number[] = [];
  #seenInAnchorAt = Number.NEGATIVE_INFINITY;
  #registrationID: string | null = null;
  /** Whether this VTN hands out the same registration again; some make a new one each time, and that means nothing. */
  #renews = false;

  constructor(ports: Pick<Ports, 'clock' | 'alarms'>, tell: (fact: SecondAgentSuspected) => void) {
    this.#ports = ports;
    this.#tell = tell;
    this.#lookLater();
  }

  /** Hears each entry of the log. */
  hear({ type, data, recordedAt }: Entry): void {
    if (type === 'Registered') this.#takeRegistration(data as Registered, recordedAt);
    if (type === 'RegistrationEnded') this.#takeEnd(data as RegistrationEnded, recordedAt);
    if (type === 'ClockJumped') this.#moveBy(data as ClockJumped);
  }

  /** Another run wrote the anchor of this log. */
  hearAnchor({ host, directory }: Pick<Anchor, 'host' | 'directory'>): void {
    this.#seenInAnchorAt = this.#ports.clock.now();
    this.#suspect('anchor', `An agent on ${host} goes on with the same log in ${directory}.`);
  }

  /** Looks whether a suspicion is over. */
  look(): void {
    const now = this.#ports.clock.now();
    this.#losses = this.#losses.filter((at) => now - at < countsForMs);
    if (this.#losses.length === 0) this.#clear('registration');
    if (now - this.#seenInAnchorAt > anchorQuietMs) this.#clear('anchor');
  }

  stop(): void {
    this.#callOff();
  }

  #lookLater(): void {
    const { clock, alarms } = this.#ports;
    this.#callOff = alarms.ringAt(clock.now() + lookEveryMs, () => {
      this.look();
      this.#lookLater();
    });
  }

  /** A clock that is set lets no time pass: what was seen stays as long ago as it was. */
  #moveBy({ jumpMs }: ClockJumped): void {
    this.#losses = this.#losses.map((at) => at + jumpMs);
    this.#seenInAnchorAt += jumpMs;
  }

  #takeRegistration({ registrationID, renewed }: Registered, at: number): void {
    const isChanged = this.#registrationID !== null && registrationID !== this.#registrationID;
    if (isChanged && this.#renews) this.#takeLoss(at);
    if (renewed) this.#renews = true;
    this.#registrationID = registrationID;
  }

  #takeEnd({ by }: RegistrationEnded, at: number): void {
    if (by !== 'ven' && this.#registrationID !== null) this.#takeLoss(at);
    this.#registrationID = null;
  }

  #takeLoss(at: number): void {
    this.#losses = [...this.#losses.filter((each) => at - each < countsForMs), at];
    if (this.#losses.length >= lossesSuspicious)
      this.#suspect(
        'registration',
        `The VTN has taken ${this.#losses.length} registrations from us within three days, although it answers in between.`,
      );
  }

  #suspect(by: SecondAgentSuspected['by'], detail: string): void {
    if (this.#suspected.has(by)) return;
    this.#suspected.add(by);
    this.#tell({ by, isSuspected: true, detail });
  }

  #clear(by: SecondAgentSuspected['by']): void {
    if (this.#suspected.delete(by)) this.#tell({ by, isSuspected: false, detail: 'No sign of it any more.' });
  }
}
