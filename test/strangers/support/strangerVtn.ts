/**
 * A VTN that nobody here wrote, as far as that can be written here: it speaks by the templates of one make, reads with
 * another parser, judges every message by itself, and shares nothing with src/protocol or src/vtn.
 */
import { patienceMs } from '../../support/patience.ts';
import type { EventWish, Make, PartyConfirmation, ReportWish } from '../makes/make.ts';
import { at, children, textAt, type Element } from './element.ts';
import { httpFaults } from './httpChecks.ts';
import { bodyOf, messageFaults } from './messageChecks.ts';
import { offersOf, type Offers } from './offers.ts';
import { asReceived, type Received } from './received.ts';

/** What goes back over HTTP. */
export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly delayMs?: number;
  /** `length`: with Content-Length. `chunked`: in chunks. `cut`: the connection ends in the middle. `drop`: it ends without a byte. */
  readonly how?: 'length' | 'chunked' | 'cut' | 'drop';
}

export interface StrangerOptions {
  readonly make: Make;
  /** The venID this VTN gives the VEN. */
  readonly venID: string;
  readonly vtnID?: string;
  readonly pollFreq?: string;
  /** Asked for in the answer to each oadrRegisterReport. */
  readonly wishes?: (offers: Offers) => readonly ReportWish[];
  /** The VTN tells its own (empty) metadata after it has heard the VEN's. */
  readonly tellsMetadata?: boolean;
  /** What an unknown VEN hears, whatever it asks. */
  readonly toUnknowns?: 'oadrRequestReregistration' | '463';
  /** As avob’s: an envelope without a signature is refused with 454. */
  readonly wantsBare?: boolean;
  readonly now?: () => number;
}

type Script = (received: Received) => Reply | string | null;

const remembered = (map: Map<string, Set<string>>, key: string, value: string): void => {
  map.set(key, (map.get(key) ?? new Set()).add(value));
};

const needsNoRegistration = new Set(['oadrQueryRegistration', 'oadrCreatePartyRegistration']);

export class StrangerVtn {
  readonly make: Make;
  readonly venID: string;
  vtnID: string;
  readonly received: Received[] = [];
  readonly faults: string[] = [];
  readonly reports: ReportWish[] = [];
  events: EventWish[] = [];
  wishes: (offers: Offers) => readonly ReportWish[];
  pollFreq: string | undefined;
  registrationID: string | null = null;
  /** Set while the test gives the VEN reason to answer with 4xx. */
  mayRefuse = false;
  readonly #tellsMetadata: boolean;
  readonly #toUnknowns: StrangerOptions['toUnknowns'];
  readonly #wantsBare: boolean;
  readonly #now: () => number;
  readonly #queue: (() => string)[] = [];
  readonly #scripts = new Map<string, Script[]>();
  readonly #habits = new Map<string, Script>();
  readonly #asked = new Map<string, Set<string>>();
  readonly #handed = new Map<string, Set<string>>();
  readonly #unanswered = new Set<string>();
  readonly #never = new Set<string>();
  readonly #watching: { readonly name: string; readonly hear: (received: Received) => void }[] = [];
  readonly #taken = new Set<Received>();
  #serial = 0;
  #registrations = 0;

  constructor(options: StrangerOptions) {
    this.make = options.make;
    this.venID = options.venID;
    this.vtnID = options.vtnID ?? 'VTN_of_strangers_with_a_rather_long_name_0123456789';
    this.pollFreq = options.pollFreq ?? 'PT1S';
    this.wishes = options.wishes ?? (() => []);
    this.#tellsMetadata = options.tellsMetadata ?? false;
    this.#toUnknowns = options.toUnknowns;
    this.#wantsBare = options.wantsBare ?? false;
    this.#now = options.now ?? Date.now;
  }

  /** Names of all that came, oldest first. */
  get names(): readonly string[] {
    return this.received.map(({ name }) => name);
  }

  named(name: string): readonly Received[] {
    return this.received.filter((each) => each.name === name);
  }

  /** The next message of a name that no test has looked at yet. */
  next(name: string): Promise<Received> {
    const here = this.received.find((each) => each.name === name && !this.#taken.has(each));
    if (here !== undefined) {
      this.#taken.add(here);
      return Promise.resolve(here);
    }
    return new Promise((resolve, reject) => {
      const giveUp = setTimeout(
        () =>
          reject(
            new Error(
              `No ${name} came within ${patienceMs} ms; there came ${this.names.slice(-30).join(', ')}. Faults: ${this.faults.join('; ') || 'none'}`,
            ),
          ),
        patienceMs,
      );
      this.#watching.push({
        name,
        hear: (received) => {
          clearTimeout(giveUp);
          this.#taken.add(received);
          resolve(received);
        },
      });
    });
  }

  /** Leaves what came so far: `next` looks only at what comes from now on. */
  lookAhead(): void {
    for (const each of this.received) this.#taken.add(each);
  }

  /** Answers the next message of this name in another way; null lets it be answered as always. */
  once(name: string, script: Script): void {
    this.#scripts.set(name, [...(this.#scripts.get(name) ?? []), script]);
  }

  /** A requestID that the VEN is to repeat in a reply of this name. */
  requestID(replyName: string): string {
    this.#serial += 1;
    const id = `REQ_${String(this.#serial).padStart(4, '0')}_of_at_least_fifty_characters_in_its_whole_length`;
    remembered(this.#asked, replyName, id);
    return id;
  }

  /** Puts a message into the queue of polls. */
  enqueue(write: () => string): void {
    this.#queue.push(write);
  }

  /** What the VEN said last that it can report. */
  get offers(): Offers {
    const metadata = this.named('oadrRegisterReport').at(-1);
    if (metadata === undefined) throw new Error('Nothing was offered yet.');
    return offersOf(metadata.message);
  }

  get isDrained(): boolean {
    return this.#queue.length === 0;
  }

  /** Answers every message of this name in another way from now on. */
  always(name: string, script: Script): void {
    this.#habits.set(name, script);
  }

  /** Notes an event that is handed out in a text of somebody else's. */
  handOut(eventID: string, modificationNumber: number): void {
    remembered(this.#handed, eventID, String(modificationNumber));
  }

  /** The text of an oadrDistributeEvent; what it lists must be answered from now on. */
  distributeEvent(events = this.events, vtnID = this.vtnID, responseCode = '200'): string {
    const requestID = this.requestID('oadrCreatedEvent');
    const isForUs = vtnID === this.vtnID && responseCode === '200';
    for (const { eventID, modificationNumber, responseRequired } of events) {
      remembered(this.#handed, eventID, String(modificationNumber));
      if (responseRequired === 'never') this.#never.add(eventID);
      else this.#never.delete(eventID);
      if (responseRequired === 'always' && isForUs) this.#unanswered.add(`${eventID}/${modificationNumber}`);
    }
    return this.make.distributeEvent({ vtnID, requestID, responseCode, events });
  }

  /** Hands the events out with the next poll, and lists them from now on. */
  tellEvents(...events: readonly EventWish[]): void {
    this.enqueue(() => {
      this.events = [...events];
      return this.distributeEvent();
    });
  }

  /** Asks with the next poll for reports of what was offered. */
  askForReports(choose: (offers: Offers) => readonly ReportWish[]): void {
    this.enqueue(() => {
      const wishes = choose(this.offers);
      this.reports.push(...wishes);
      return this.make.createReport({ requestID: this.requestID('oadrCreatedReport'), venID: this.venID, wishes });
    });
  }

  cancelReports(reportToFollow: boolean, ...reportRequestIDs: readonly string[]): void {
    this.enqueue(() =>
      this.make.cancelReport({
        requestID: this.requestID('oadrCanceledReport'),
        venID: this.venID,
        reportRequestIDs,
        reportToFollow,
      }),
    );
  }

  cancelRegistration(registrationID: string): void {
    this.enqueue(() =>
      this.make.cancelPartyRegistration({
        requestID: this.requestID('oadrCanceledPartyRegistration'),
        registrationID,
        venID: this.venID,
      }),
    );
  }

  requestReregistration(): void {
    this.enqueue(() => this.make.requestReregistration({ venID: this.venID }));
  }

  /** Loses all memory of the VEN, as a restart does. */
  forget(): void {
    this.registrationID = null;
  }

  /** Takes a request and says what goes back. */
  handle(request: Omit<Received, 'root' | 'message' | 'name' | 'service' | 'at'>): Reply {
    let received: Received;
    try {
      received = asReceived({ ...request, at: this.#now() });
    } catch (error) {
      this.faults.push(`a request to ${request.path} cannot be read: ${String(error)}`);
      return { status: 400, body: 'unreadable' };
    }
    this.received.push(received);
    this.#judge(received);
    const watcher = this.#watching.findIndex(({ name }) => name === received.name);
    if (watcher !== -1) this.#watching.splice(watcher, 1)[0]?.hear(received);
    const scripted = (this.#scripts.get(received.name)?.shift() ?? this.#habits.get(received.name))?.(received) ?? null;
    const reply = scripted ?? this.#answer(received);
    return typeof reply === 'string' ? { body: reply } : reply;
  }

  #judge(received: Received): void {
    const known = {
      venID: this.registrationID === null ? null : this.venID,
      registrationID: this.registrationID,
      asked: this.#asked,
      handedEvents: this.#handed,
      reportRequests: new Map(this.reports.map((wish) => [wish.reportRequestID, wish])),
      mayRefuse: this.mayRefuse,
      wantsBare: this.#wantsBare,
    };
    const found = [...httpFaults(received), ...messageFaults(received, known), ...this.#eventFaults(received)];
    this.faults.push(...found.map((fault) => `${received.name}: ${fault}`));
  }

  #eventFaults({ name, message }: Received): string[] {
    if (name === 'oadrPoll' || name === 'oadrRequestEvent') {
      const open = [...this.#unanswered];
      this.#unanswered.clear();
      return open.map((event) => `event ${event} was not answered before`);
    }
    if (name !== 'oadrCreatedEvent') return [];
    return children(at(bodyOf(message), 'eventResponses'), 'eventResponse').flatMap((response) => {
      const eventID = textAt(response, 'qualifiedEventID', 'eventID') ?? '';
      this.#unanswered.delete(`${eventID}/${textAt(response, 'qualifiedEventID', 'modificationNumber') ?? ''}`);
      return this.#never.has(eventID) ? [`event ${eventID} wanted no answer`] : [];
    });
  }

  #answer(received: Received): Reply | string {
    const { name, message } = received;
    const requestID = textAt(bodyOf(message), 'requestID') ?? '';
    const { make, venID } = this;
    if (this.#wantsBare && received.root.name === 'oadrPayload') {
      return make.response({
        responseCode: '454',
        responseDescription: 'the signature cannot be validated',
        requestID: '0',
        venID,
      });
    }
    if (this.registrationID === null && this.#toUnknowns !== undefined && !needsNoRegistration.has(name)) {
      return this.#toUnknowns === '463'
        ? make.response({ responseCode: '463', responseDescription: 'not registered', requestID, venID })
        : make.requestReregistration({ venID: textAt(message, 'venID') ?? venID });
    }
    switch (name) {
      case 'oadrQueryRegistration':
        return make.createdPartyRegistration({
          responseCode: '200',
          requestID,
          vtnID: this.vtnID,
          ...this.#identity(),
        });
      case 'oadrCreatePartyRegistration':
        return make.createdPartyRegistration(this.#registered(received));
      case 'oadrCancelPartyRegistration':
        return make.canceledPartyRegistration({
          responseCode: '200',
          requestID,
          registrationID: textAt(message, 'registrationID') ?? '',
          venID,
        });
      case 'oadrRegisterReport':
        return this.#registeredReport(requestID, message);
      case 'oadrRequestEvent':
        return this.distributeEvent();
      case 'oadrPoll':
        return this.#queue.shift()?.() ?? make.response({ responseCode: '200', requestID: '', venID });
      case 'oadrUpdateReport':
        return make.updatedReport({ responseCode: '200', requestID, venID });
      case 'oadrResponse':
        return { body: '' };
      default:
        return make.response({
          responseCode: '200',
          requestID: textAt(bodyOf(message), 'eiResponse', 'requestID') ?? requestID,
          venID,
        });
    }
  }

  #identity(): Partial<PartyConfirmation> {
    return {
      ...(this.registrationID === null ? {} : { registrationID: this.registrationID, venID: this.venID }),
      ...(this.pollFreq === undefined ? {} : { pollFreq: this.pollFreq }),
    };
  }

  #registered({ message }: Received): PartyConfirmation {
    const requestID = textAt(message, 'requestID') ?? '';
    const given = textAt(message, 'registrationID');
    const told = { requestID, vtnID: this.vtnID };
    if (given !== undefined && given !== this.registrationID) {
      return { ...told, responseCode: '452', responseDescription: 'unknown registrationID' };
    }
    if (given === undefined) {
      this.#registrations += 1;
      this.registrationID = `REG_${this.#registrations}_${this.venID}`;
    }
    return { ...told, responseCode: '200', responseDescription: 'OK', ...this.#identity() };
  }

  #registeredReport(requestID: string, message: Element): string {
    const wishes = this.wishes(offersOf(message));
    if (this.#tellsMetadata && this.named('oadrRegisteredReport').length === 0) {
      this.enqueue(() =>
        this.make.registerReport({ requestID: this.requestID('oadrRegisteredReport'), venID: this.venID }),
      );
    }
    this.reports.push(...wishes);
    if (wishes.length > 0) remembered(this.#asked, 'oadrCreatedReport', requestID);
    return this.make.registeredReport({ responseCode: '200', requestID, venID: this.venID, wishes });
  }
}
