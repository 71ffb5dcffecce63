import { MessageVeil, veilVersion } from '../../src/adapters/secrets/messageVeil.ts';
import { SignedTransport } from '../../src/adapters/signing/signedTransport.ts';
import { largestMessageBytes } from '../../src/protocol/types/messageSize.ts';
import { signedAnswerer, veiledAnswerer } from '../../src/adapters/http/guardedAnswerer.ts';
import { createRedactor } from '../../src/adapters/secrets/redact.ts';
import { VeiledTransport } from '../../src/adapters/http/veiledTransport.ts';
import { Agent } from '../../src/shell/agent.ts';
import { KeptQuestions } from '../../src/shell/keptQuestions.ts';
import { settingsSchema } from '../../src/shell/settings/settings.ts';
import { venSettingsOf } from '../../src/shell/settings/venSettings.ts';
import { rememberVerified } from '../../src/shell/verifiedBefore.ts';
import type { Planner } from '../../src/dispatch/planner.ts';
import type {
  Chance,
  Clock,
  Device,
  ExchangeOutcome,
  ExchangeRequest,
  InboundAnswerer,
  InboundReply,
  InboundRequest,
  Journal,
  Ports,
  Signatures,
  Transport,
} from '../../src/shell/ports.ts';
import type { VenSettings } from '../../src/facts/settings.ts';
import { machineVersion } from '../../src/machines/machineVersion.ts';
import type { Entry } from '../../src/facts/entry.ts';
import type { AgentState } from '../../src/core/state.ts';
import type { EventLog } from '../../src/store/eventLog.ts';
import type { Head } from '../../src/store/head.ts';
import { MemoryDisk, openMemoryEventLog } from '../../src/store/memory/memoryEventLog.ts';
import { createVtn, type Vtn } from '../../src/vtn/vtn.ts';
import type { Push } from '../../src/vtn/pushing.ts';
import type { VtnOptions } from '../../src/vtn/settings.ts';
import type { VtnAnswer } from '../../src/vtn/answer.ts';
import { Life, type Operation } from './life.ts';
import { SignaturesOfLives } from './signaturesOfLives.ts';
import { VirtualTime } from './virtualTime.ts';

/** Settings of the defaults, with some of them changed. What devices are asked at a start is told by the scenarios that are about it. */
export const settingsFor = (changes: Partial<VenSettings> = {}): VenSettings => ({
  ...venSettingsOf(settingsSchema.parse({ dataDirectory: 'unused', askDevicesAtStart: false })),
  ...changes,
});

const journal = (lines: string[]): Journal => {
  const write = (text: string): void => void lines.push(text);
  return { info: write, warn: write, error: write, debug: () => undefined };
};

const noPlan: Planner = {
  plan: () => Promise.resolve({ basis: 'none', devices: [] }),
};

/** Whether a text has more bytes than so many: each character has one to three, so only the doubtful are counted. */
const isLongerThan = (text: string, mostBytes: number): boolean =>
  text.length > mostBytes || (text.length * 3 > mostBytes && Buffer.byteLength(text) > mostBytes);

/** What a client sees of an answer of the embedded VTN, without a socket between them. */
const outcomeOf = (answer: VtnAnswer, mostBytes: number): ExchangeOutcome => {
  const failure = (
    reason: 'reset' | 'timeout' | 'httpStatus' | 'redirect' | 'tooLarge',
    detail: string,
    more: object = {},
  ): ExchangeOutcome => ({
    kind: 'failed',
    reason,
    certainlyNotDelivered: false,
    detail,
    durationMs: answer.delayMs,
    ...more,
  });
  if (answer.connection === 'hanging' || answer.connection === 'trickling')
    return failure('timeout', 'no answer came in time');
  if (answer.connection !== 'answered') return failure('reset', 'the connection was lost before the answer was whole');
  if (answer.status !== 200) {
    const retryAfter = Number(answer.headers['Retry-After'] ?? Number.NaN);
    const more = {
      httpStatus: answer.status,
      ...(Number.isFinite(retryAfter) ? { retryAfterMs: retryAfter * 1000 } : {}),
    };
    return failure(
      answer.status >= 300 && answer.status < 400 ? 'redirect' : 'httpStatus',
      `HTTP status ${answer.status}`,
      more,
    );
  }
  if (isLongerThan(answer.body, mostBytes))
    return failure('tooLarge', `more than ${mostBytes} bytes`, { httpStatus: 200 });
  return {
    kind: 'answered',
    httpStatus: 200,
    body: answer.body,
    durationMs: answer.delayMs,
    vtnDate: Date.parse(answer.headers['Date'] ?? ''),
  };
};

/** A transport straight into an embedded VTN. */
export class DirectTransport implements Transport {
  readonly #time: VirtualTime;
  readonly #vtn: () => Vtn | null;
  readonly #open = new Set<() => void>();
  readonly latencyMs: number;
  readonly #mostBytes: number;
  sent = 0;
  /** Called with each message that leaves. */
  onSent: ((request: ExchangeRequest) => void) | null = null;
  /** Called with each answer as the VEN is about to get it. */
  onAnswered: ((answer: VtnAnswer) => void) | null = null;

  /** `resources`: how many the VEN has, for its VTN may name each of them. */
  constructor(time: VirtualTime, vtn: () => Vtn | null, latencyMs = 20, resources = 0) {
    this.#time = time;
    this.#vtn = vtn;
    this.latencyMs = latencyMs;
    this.#mostBytes = largestMessageBytes(resources);
  }

  async exchange(request: ExchangeRequest): Promise<ExchangeOutcome> {
    const { service, body } = request;
    this.sent += 1;
    this.onSent?.(request);
    const vtn = this.#vtn();
    if (vtn === null) {
      return {
        kind: 'failed',
        reason: 'refused',
        certainlyNotDelivered: true,
        detail: 'nobody listens',
        durationMs: 0,
      };
    }
    const done = vtn.begin();
    this.#open.add(done);
    const answer = vtn.handle(service, body);
    const waitMs =
      this.latencyMs + (answer.connection === 'hanging' || answer.connection === 'trickling' ? 30_000 : answer.delayMs);
    if (waitMs > 0) await this.#time.sleep(Math.min(waitMs, 30_000));
    done();
    this.#open.delete(done);
    if (answer.delayMs <= 30_000) this.onAnswered?.(answer);
    return answer.delayMs > 30_000
      ? {
          kind: 'failed',
          reason: 'timeout',
          certainlyNotDelivered: false,
          detail: 'no answer came in time',
          durationMs: 30_000,
        }
      : outcomeOf(answer, this.#mostBytes);
  }

  /** The client's end of every open connection is gone, as when its process was killed. */
  cutOff(): void {
    for (const done of this.#open) done();
    this.#open.clear();
  }

  /** Closing drops what is still open, as a client's connections are. */
  close(): Promise<void> {
    this.cutOff();
    return Promise.resolve();
  }
}

/** Where logs live on between two lives of an agent. */
export interface Storage {
  readonly open: () => EventLog | Promise<EventLog>;
  /** What `kill -9` does to the log that is open. */
  readonly crash: () => void;
}

/** In memory. */
export const memoryStorage = (disk = new MemoryDisk()): Storage => ({
  open: () => openMemoryEventLog({ disk }),
  crash: () => disk.crash(),
});

export interface WorldOptions {
  readonly startAt: number;
  readonly vtn?: Partial<VtnOptions>;
  readonly settings?: Partial<VenSettings>;
  readonly devices?: (time: VirtualTime) => readonly Device[];
  readonly planner?: Planner;
  /** Whether the first life keeps what it asks the planner, as `ven run` does. */
  readonly keepsQuestions?: boolean;
  readonly log?: EventLog;
  readonly storage?: Storage;
  readonly seed?: number;
  readonly latencyMs?: number;
  /** How often the VTN looks whether it has something to push; without it, it is polled. @unit ms */
  readonly pushEveryMs?: number;
  /** A token that the VTN may show; without one nothing is hidden. */
  readonly token?: string;
  /** What the VTN is signed for and believed by; without it, nothing is signed. */
  readonly signatures?: (ports: { readonly clock: Clock; readonly chance: Chance }) => Signatures;
  /** Another world whose time and VTN this one has: its agent runs on a second machine. */
  readonly beside?: AgentWorld;
}

/** The way to the VTN as an agent has it: the token is taken out of what comes back. */
const veiled = (transport: Transport, token: string | undefined, veil: MessageVeil): Transport => {
  if (token === undefined) return transport;
  veil.add(encodeURIComponent(token));
  return new VeiledTransport(transport, veil, createRedactor([encodeURIComponent(token)]));
};

/** Where the agent of a world is pushed to. */
export const transportAddress = 'https://ven.example:8443/oadr';

/** A VEN, its VTN and the time they live in. */
export class AgentWorld {
  readonly time: VirtualTime;
  readonly vtn: Vtn;
  readonly settings: VenSettings;
  readonly lines: string[] = [];
  readonly transport: DirectTransport;
  readonly ports: Ports;
  log: EventLog;
  agent: Agent | null = null;
  fatal: unknown = null;
  /** Told of what ends a life for good; what it says true to was to be expected, and breaks no test. */
  expects: (error: unknown) => boolean = () => false;
  isVtnUp = true;
  /** Whether lives go on where the ones before them were cut off, as those of a fleet do when its host is begun anew. */
  resumes = false;
  /** Called with what is pushed, as the agent is about to get it. */
  onPushed: ((push: Push) => void) | null = null;
  /** Whether what is pushed reaches the agent. */
  isReachable = true;
  /** Operations of all lives so far: what a crash can be placed at. */
  operations = 0;
  /** Called before each operation of the agent with its number, from 1. */
  onOperation: ((operation: Operation, number: number) => void) | null = null;
  /** Called with the head and the state after each append, and with the entries once they are acknowledged. */
  onAppend: ((head: Head, state: AgentState) => void) | null = null;
  onAcknowledged: ((entries: readonly Entry[]) => void) | null = null;
  /** Called with what a new life knows, before it begins. */
  onRestored: ((agent: Agent) => void | Promise<void>) | null = null;
  readonly #storage: Storage;
  #life: Life | null = null;
  #logIsOpen = true;
  #runs = 0;
  #answerer: InboundAnswerer | null = null;
  readonly #signatures: SignaturesOfLives | null;

  constructor(options: WorldOptions) {
    const { beside } = options;
    this.time = beside?.time ?? new VirtualTime(options.startAt);
    this.vtn =
      beside?.vtn ?? createVtn({ clock: { now: () => this.time.trueNow() }, seed: options.seed ?? 1, ...options.vtn });
    const { pushEveryMs } = options;
    this.settings = settingsFor({ ...(pushEveryMs === undefined ? {} : { transportAddress }), ...options.settings });
    this.transport = new DirectTransport(
      this.time,
      () => ((beside ?? this).isVtnUp ? this.vtn : null),
      options.latencyMs,
      this.settings.devices.length,
    );
    this.#storage = options.storage ?? memoryStorage();
    this.log = options.log ?? openMemoryEventLog();
    this.#logIsOpen = options.log !== undefined;
    let chance = (options.seed ?? 1) >>> 0;
    const devices = new Map((options.devices?.(this.time) ?? []).map((device) => [device.resourceID, device]));
    const drawn: Chance = { uint32: () => (chance = (Math.imul(chance, 1664525) + 1013904223) >>> 0) };
    const { signatures: made } = options;
    const signatures =
      made === undefined ? null : new SignaturesOfLives(() => made({ clock: this.time, chance: drawn }), this.time);
    this.#signatures = signatures;
    const way = signatures === null ? this.transport : new SignedTransport(this.transport, signatures);
    const veil = new MessageVeil(JSON.stringify([this.settings.venID, this.settings.venName]));
    let questions: KeptQuestions | null = null;
    this.ports = {
      clock: this.time,
      alarms: this.time,
      chance: drawn,
      transport: veiled(way, options.token, veil),
      devices,
      planner: options.planner ?? noPlan,
      ...(options.keepsQuestions === true
        ? { questions: { keep: (...asked) => (questions ??= new KeptQuestions(this.log)).keep(...asked) } }
        : {}),
      journal: journal(this.lines),
      listener: {
        answerWith: (answerer) => {
          const hiding = answerer === null || options.token === undefined ? answerer : veiledAnswerer(answerer, veil);
          this.#answerer = hiding === null || signatures === null ? hiding : signedAnswerer(hiding, signatures);
        },
      },
    };
    if (pushEveryMs !== undefined) this.#pushEvery(pushEveryMs);
  }

  /** The VTN pushes what it has, one message after the other, and looks again a while later. */
  #pushEvery(everyMs: number): void {
    this.time.ringIn(everyMs, () => void this.time.hold(this.pushAll()).finally(() => this.#pushEvery(everyMs)));
  }

  /** The VTN pushes all that it has now. */
  async pushAll(): Promise<void> {
    for (let push = this.vtn.pushes.next(); push !== undefined; push = this.vtn.pushes.next()) {
      // What is too large is refused by the server, before anybody hears of it.
      if (push.body.length > largestMessageBytes(this.settings.devices.length)) {
        this.vtn.pushes.settle(push, { httpStatus: 413, body: '' });
        continue;
      }
      const answerer = this.isReachable ? this.#answerer : null;
      if (answerer !== null) this.onPushed?.(push);
      const { service, body } = push;
      const life = this.#life;
      this.vtn.pushes.settle(
        push,
        answerer === null ? null : await this.#unlessDead(life, answerer({ service, body })),
      );
    }
  }

  /** Somebody pushes by hand; 503 where nobody hears it. */
  async push(request: InboundRequest): Promise<InboundReply> {
    const reply = this.#answerer?.(request);
    return (await this.time.hold(reply ?? Promise.resolve(null))) ?? { httpStatus: 503, body: '' };
  }

  /** What comes of asking a life; nothing when it ends meanwhile. */
  #unlessDead<T>(life: Life | null, answer: Promise<T>): Promise<T | null> {
    return life === null ? answer : Promise.race([answer, life.over.then(() => null)]);
  }

  /** Starts the agent on the log as it is. */
  async start(): Promise<Agent> {
    this.#runs += 1;
    if (!this.#logIsOpen) this.log = await this.#storage.open();
    this.#logIsOpen = true;
    if (this.#signatures !== null) {
      const port = this.#signatures.begin();
      if (port.verifies) await rememberVerified(this.log, (told) => port.remember(told));
    }
    const life = new Life({
      onOperation: (operation) => this.onOperation?.(operation, (this.operations += 1)),
      onAppend: (head) => this.agent !== null && this.onAppend?.(head, this.agent.state),
      onAcknowledged: (entries) => this.onAcknowledged?.(entries),
    });
    this.#life = life;
    const agent = await Agent.restore(life.ports(this.ports), life.log(this.log, this.time), {
      runID: `run${String(this.#runs).padStart(5, '0')}`,
      settings: this.settings,
      versions: {
        agent: 'test',
        machines: machineVersion,
        node: process.version,
        timeZoneData: process.versions['tz'] ?? '',
        // Its VTN is in this process and has no token.
        veil: veilVersion,
      },
      resumes: this.resumes,
      onFatal: (error) => {
        if (!life.isOver && !this.expects(error)) this.fatal = error;
      },
    });
    await this.onRestored?.(agent);
    if (life.isOver) return agent;
    this.agent = agent;
    agent.start();
    return agent;
  }

  /** What `kill -9` does: the agent is gone at once, with everything that was not on disk. */
  crash(): void {
    this.#life?.end();
    this.agent = null;
    this.#answerer = null;
    this.transport.cutOff();
    this.#storage.crash();
    this.#logIsOpen = false;
  }

  /** The disk acknowledges nothing for a while. @unit ms */
  hangDiskFor(ms: number): void {
    if (this.#life !== null) this.#life.diskHangsUntil = this.time.now() + ms;
  }

  /** Kills the agent and starts a new one on the same log a while later. @unit ms */
  crashFor(downMs: number): void {
    this.crash();
    this.startIn(downMs);
  }

  /** Starts an agent a while later, unless somebody has done so by then: no log has two. @unit ms */
  startIn(ms: number): void {
    this.time.ringIn(ms, () => {
      if (this.#life?.isOver !== false) void this.time.hold(this.start());
    });
  }

  /** Stops the agent in an orderly way and starts it again at once, unless it was killed meanwhile. */
  async restart(): Promise<void> {
    const life = this.#life;
    await this.stop();
    if (life?.isOver === false) await this.start();
  }

  /** Sets the clock, and tells the agent as its clock would. @unit ms */
  jump(jumpMs: number): void {
    this.time.jump(jumpMs);
    this.agent?.take({ stream: 'agent', input: { type: 'ClockJumped', data: { jumpMs } } });
  }

  /** Lets time pass to an instant; what breaks the agent breaks the test. */
  async runTo(at: number): Promise<void> {
    await this.time.runTo(at);
    if (this.fatal !== null) throw this.fatal;
  }

  /** Lets time pass to an instant of the true time, however often our clock is set on the way. */
  async runTrueTo(trueAt: number): Promise<void> {
    await this.time.runTrueTo(trueAt);
    if (this.fatal !== null) throw this.fatal;
  }

  /** Stops the agent in an orderly way, letting virtual time pass for what is in flight. */
  async stop(): Promise<void> {
    const { agent } = this;
    const life = this.#life;
    if (agent === null || life === null) return;
    let isStopped = false;
    const stopped = agent.stop('test').then(() => {
      isStopped = true;
    });
    for (let waited = 0; !isStopped && !life.isOver && waited < 200; waited += 1)
      await this.time.runTo(this.time.now() + 250, 3);
    if (!life.isOver) await stopped;
    if (this.agent === agent) this.agent = null;
    if (this.fatal !== null) throw this.fatal;
  }

  /** All entries so far. */
  async entries() {
    const all = [];
    for await (const entry of this.log.read()) all.push(entry);
    return all;
  }
}
