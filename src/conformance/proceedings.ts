import { drEventsOf, optsThatHold, snapshotOf, type AgentState, type OptThatHolds } from '../core/state.ts';
import type { MessageName, MessageOf } from '../protocol/payload.ts';
import type { OperatorCommand } from '../shell/operatorCommands.ts';
import type { Vtn } from '../vtn/vtn.ts';
import type { Passed, Side, WiredExchange } from './traffic.ts';
import type { HandAtVtn, LineSeen, TestWorld } from './world.ts';

/** One step of a case, and how it went. */
export interface CaseStep {
  /** UTC ms. */
  readonly at: number;
  /** Who acts: the tester at the VEN, the VTN, or nobody, where something is expected. */
  readonly who: 'tester' | 'VTN' | 'expected';
  readonly text: string;
  readonly isSo: boolean;
  /** What was found instead. */
  readonly found?: string;
}

/** Ends a case: what is expected next cannot be looked at any more. */
export class CaseOver extends Error {
  override readonly name = 'CaseOver';
}

/** Ends a case that cannot be looked at to its end, for a reason that is none of the VEN's: it is neither passed nor failed. */
export class CaseUnlooked extends Error {
  override readonly name = 'CaseUnlooked';
}

/** How long an answer of the VEN is waited for unless a case says otherwise. @unit ms */
const usuallyWithinMs = 90_000;

/** What to look for among the messages. */
export interface AwaitedMessage<Name extends MessageName> {
  /** @unit ms */
  readonly withinMs?: number;
  /** Says which of them is meant. */
  readonly such?: (message: MessageOf<Name>) => boolean;
  readonly as?: string;
}

const minuteMs = 60_000;

/** Polls that brought nothing after which a VTN that nobody has do anything has nothing more to say. */
const quietPolls = 2;

/** Requests that failed one after another: the VEN has asked again, and the VTN failed again. */
const failuresInARow = 2;

/** Why nothing could come of what the VEN asked; null where something could. */
const failureOf = ({ answer, failure }: WiredExchange): string | null => {
  if (failure !== undefined) return failure;
  const message = answer?.message;
  const { responseCode = '200', responseDescription = '' } =
    (message !== undefined && 'eiResponse' in message ? message.eiResponse : null) ?? {};
  return responseCode.startsWith('2') ? null : `${responseCode} ${responseDescription}`.trim();
};

/** A case as it is carried out: what is done, what is expected, and what was found. */
export class Proceedings {
  readonly #world: TestWorld;
  readonly #steps: CaseStep[] = [];
  /** Exchanges before this one belong to an earlier step. */
  #from = 0;
  /** Messages that an expectation was met by. */
  readonly #taken = new Set<string>();
  /** What somebody was told to have the VTN do, and nothing has come of yet. */
  #byHand: string | null = null;

  constructor(world: TestWorld) {
    this.#world = world;
  }

  get steps(): readonly CaseStep[] {
    return this.#steps;
  }

  get now(): number {
    return this.#world.now();
  }

  /** What the VEN knows. */
  get state(): AgentState {
    return this.#world.state();
  }

  /** How the VEN stands with its VTN: registrationID, venID, vtnID. */
  get registration() {
    const { registrationID = null, venID = null, vtnID = null } = snapshotOf(this.state, 'ven', 'ven')?.context ?? {};
    return { registrationID, venID, vtnID };
  }

  /** How often the VTN wants to be polled; 0 when it did not say. @unit ms */
  get pollFreqMs(): number {
    return snapshotOf(this.state, 'ven', 'ven')?.context.requestedPollFreqMs ?? 0;
  }

  /** The opts that hold at the VEN. */
  get opts(): readonly OptThatHolds[] {
    return optsThatHold(this.state);
  }

  /** Whether the VEN has sent a report under a request. */
  hasTold(reportRequestID: string): boolean {
    return this.#world.traffic
      .said('VEN', 'oadrUpdateReport')
      .some(({ message }) => message.oadrReport.some((each) => each.reportRequestID === reportRequestID));
  }

  /** Where a DR event stands at the VEN: far, near, active, …; undefined when it is not known. */
  standingOf(eventID: string): string | undefined {
    const [, , standing] = drEventsOf(this.state).find(([each]) => each === eventID) ?? [];
    return standing;
  }

  /** Where the VTN pushes to; undefined where it is polled. */
  get transportAddress(): string | undefined {
    return this.#world.transportAddress;
  }

  /** Whether the VEN signs what it sends. */
  get signs(): boolean {
    return this.#world.signs === true;
  }

  /** How the connections are secured. */
  lines(): Promise<readonly LineSeen[]> {
    return this.#world.lines();
  }

  /** Switches the VEN on, and waits until it is registered and hears the VTN. */
  async registered(): Promise<void> {
    await this.tester('switch the VEN on, and wait until it is registered', () => this.#world.start());
    await this.hears();
  }

  /** Waits until the VEN hears what the VTN has for it: it polls, or it listens to what is pushed. @throws CaseOver */
  async hears(): Promise<void> {
    if (this.transportAddress === undefined) {
      await this.sends('oadrPoll');
      return;
    }
    const listens = (): boolean =>
      snapshotOf(this.state, 'ven', 'ven')?.matches({ registered: { polling: 'listening' } }) === true;
    await this.comesTo('the VEN listens to what is pushed', listens);
    if (!listens()) throw new CaseOver();
  }

  /** The exchange in which something was said, once it is over. */
  async exchangeOf({ place }: Pick<Passed, 'place'>): Promise<WiredExchange | undefined> {
    const exchange = (): WiredExchange | undefined => this.#world.traffic.exchanges[place];
    await this.comesTo(
      'the exchange comes to its end',
      () => exchange()?.answer !== undefined || exchange()?.failure !== undefined,
    );
    return exchange();
  }

  /** Something is done at the VEN; times of what is expected count from here. */
  async tester(text: string, does: (world: TestWorld) => void | Promise<void>): Promise<void> {
    this.#turn();
    await does(this.#world);
    this.#note('tester', text);
  }

  /** A person at the VEN gives a command. */
  command(text: string, command: OperatorCommand): Promise<void> {
    return this.tester(text, (world) => world.command(command));
  }

  /** Something that is for the VTN to do right; that somebody else's does otherwise is no fault of the VEN. @throws CaseUnlooked */
  expectOfVtn(text: string, isSo: boolean): void {
    if (!isSo && this.#world.vtn === null) throw new CaseUnlooked(`it is not so that ${text}`);
    this.expect(text, isSo);
  }

  /** The VTN does something: ours at once, another one when somebody has had it do so. @throws CaseUnlooked where nobody is there */
  async vtn(text: string, does: (vtn: Vtn, now: number) => void): Promise<void> {
    this.#turn();
    const { vtn } = this.#world;
    if (vtn === null) {
      this.#hand(text).tell(`Have the VTN ${text}.`);
      this.#byHand = text;
    } else does(vtn, this.now);
    this.#note('VTN', text);
  }

  /** The VTN is made ready for what it is to do later; somebody else's when a person says that it is. @throws CaseUnlooked */
  async arrange(text: string, does: (vtn: Vtn) => void): Promise<void> {
    this.#turn();
    const { vtn } = this.#world;
    if (vtn === null) await this.#hand(text).agree(`Make the VTN ready to ${text}.`);
    else does(vtn);
    this.#note('VTN', text);
  }

  /** What somebody else's VTN is to do beside what is under way, if it does not by itself; ours does. */
  remind(text: string): void {
    if (this.#world.vtn !== null) return;
    this.#world.hand?.tell(`Have the VTN ${text}, if it does not by itself.`);
    this.#byHand = text;
  }

  /** What is expected from here on is of a step of its own. */
  fromHereOn(): void {
    this.#turn();
  }

  /** Waits for a message of the VEN. @throws CaseOver when it does not come */
  async sends<Name extends MessageName>(name: Name, sought: AwaitedMessage<Name> = {}): Promise<Passed<Name>> {
    return this.#awaited('VEN', name, sought);
  }

  /** Waits for a message of the VTN. @throws CaseOver when it does not come */
  async receives<Name extends MessageName>(name: Name, sought: AwaitedMessage<Name> = {}): Promise<Passed<Name>> {
    return this.#awaited('VTN', name, sought);
  }

  /** Expects that the VEN does not send something for a while. @unit ms */
  async sendsNo(name: MessageName, forMs = 2 * minuteMs): Promise<void> {
    const found = (): number => this.#newlySaid('VEN', name).length;
    const came = await this.#world.waitUntil(() => found() > 0, forMs);
    this.expect(`the VEN sends no ${name} for ${Math.round(forMs / 1_000)} s`, !came, `it sent ${found()}`);
  }

  /** Lets time pass. @unit ms */
  async pass(ms: number): Promise<void> {
    this.#world.hand?.tell(`Now ${Math.round(ms / minuteMs)} minutes have to pass; there is nothing to do.`);
    await this.#world.waitUntil(() => false, ms);
  }

  /** Waits until something is so at the VEN. @unit ms */
  async comesTo(text: string, isSo: () => boolean, withinMs = usuallyWithinMs): Promise<void> {
    const came = await this.#world.waitUntil(isSo, this.#patience(withinMs));
    if (!came) this.#unlessByVtn();
    this.#byHand = null;
    this.expect(text, came, `not within ${Math.round(withinMs / 1_000)} s`);
  }

  /** Notes whether something is as it should be; the case goes on either way. */
  expect(text: string, isSo: boolean, found?: string): void {
    this.#note('expected', text, isSo, isSo ? undefined : found);
  }

  /** Notes whether a value is the one that it should be. */
  equal(text: string, found: unknown, wanted: unknown): void {
    const [is, should] = [JSON.stringify(found) ?? 'nothing', JSON.stringify(wanted) ?? 'nothing'];
    this.expect(text, is === should, `found ${is}, expected ${should}`);
  }

  #turn(): void {
    this.#from = this.#world.traffic.exchanges.length;
  }

  #note(who: CaseStep['who'], text: string, isSo = true, found?: string): void {
    this.#steps.push({ at: this.now, who, text, isSo, ...(found === undefined ? {} : { found }) });
  }

  /** Who has the VTN do it. @throws CaseUnlooked where nobody is there */
  #hand(text: string): HandAtVtn {
    const { hand } = this.#world;
    if (hand === null) throw new CaseUnlooked(`nobody is there to have the VTN ${text}`);
    return hand;
  }

  /** What waits for a person waits longer. */
  #patience(withinMs: number): number {
    return this.#byHand === null ? withinMs : withinMs + (this.#world.hand?.patienceMs ?? 0);
  }

  /** That nothing came of what the VTN was to be had to do, or that it fails on all it is asked, is no fault of the VEN. @throws CaseUnlooked */
  #unlessByVtn(): void {
    if (this.#byHand !== null) throw new CaseUnlooked(`nothing was seen of it that the VTN was to ${this.#byHand}`);
    const { traffic, vtn } = this.#world;
    const last = traffic.exchanges
      .filter(({ by, answer, failure }) => by === 'VEN' && (answer ?? failure) !== undefined)
      .slice(-failuresInARow);
    const [why] = last.map(failureOf);
    if (
      vtn === null &&
      typeof why === 'string' &&
      last.length === failuresInARow &&
      !last.map(failureOf).includes(null)
    )
      throw new CaseUnlooked(`the VTN failed on ${last[0]?.asked.message?.message ?? 'a request'}: ${why}`);
  }

  /** Whether nobody has somebody else's VTN do anything, and its polls have brought nothing in this step. */
  #isQuiet(): boolean {
    const { traffic, vtn, hand } = this.#world;
    if (vtn !== null || hand !== null) return false;
    const polls = new Set(traffic.said('VEN', 'oadrPoll', this.#from).map(({ place }) => place));
    const empty = traffic.said('VTN', 'oadrResponse', this.#from).filter(({ place }) => polls.has(place));
    return empty.length >= quietPolls;
  }

  /** What one side has said in this step, and no expectation was met by. */
  #newlySaid<Name extends MessageName>(side: Side, name: Name): readonly Passed<Name>[] {
    return this.#world.traffic.said(side, name, this.#from).filter(({ place }) => !this.#taken.has(`${side}${place}`));
  }

  async #awaited<Name extends MessageName>(
    side: Side,
    name: Name,
    { withinMs = usuallyWithinMs, such = () => true, as }: AwaitedMessage<Name>,
  ): Promise<Passed<Name>> {
    const text = as ?? `the ${side} sends ${name}`;
    const next = () => this.#newlySaid(side, name).find(({ message }) => such(message));
    const isInVain = (): boolean => side === 'VTN' && this.#isQuiet();
    await this.#world.waitUntil(() => next() !== undefined || isInVain(), this.#patience(withinMs));
    const found = next();
    if (found === undefined) {
      this.#unlessByVtn();
      // What somebody else's VTN does not do is no fault of the VEN.
      if (side === 'VTN' && this.#world.vtn === null)
        throw new CaseUnlooked(
          `the VTN sent no ${name}${isInVain() ? ', and its polls bring nothing' : ` within ${Math.round(withinMs / 1_000)} s`}`,
        );
      this.#note('expected', text, false, `not within ${Math.round(withinMs / 1_000)} s`);
      throw new CaseOver();
    }
    this.#taken.add(`${side}${found.place}`);
    this.#byHand = null;
    this.#note('expected', text);
    return found;
  }
}
