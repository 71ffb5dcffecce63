/** What a recorded VTN pushed, pushed again: in its turn and at its time, to where the VEN of now says it is to be pushed to. */
import { decodePayload, type OadrMessage } from '../../protocol/payload.ts';
import type { OadrServiceName } from '../../protocol/types/enumerations.ts';
import { visitXml } from '../../recording/identifiers.ts';
import { daysUp, movedXml } from '../../recording/instants.ts';
import type { Likeness, MessageDifference } from '../../recording/likeness.ts';
import { replyText, type RecordedPush } from '../../recording/recordedExchange.ts';
import type { Renaming } from '../../recording/renaming.ts';
import type { Complain } from '../complaints.ts';
import type { PostedPush, PushSource } from '../http/pushClient.ts';
import { serviceUrl, type PushOutcome } from '../pushing.ts';

/** A recorded push that was pushed again, or could not be. */
export interface ReplayedPush {
  readonly at: number;
  readonly push: RecordedPush;
  /** What the VEN said, in a few words; null when nothing came back, or nothing could be pushed. */
  readonly said: string | null;
  readonly differences: readonly MessageDifference[];
}

/** A recorded push on its way. */
export interface RepeatedPush extends PostedPush {
  readonly service: OadrServiceName;
}

/** What it pushes with. */
export interface ReplayedPushesOptions {
  readonly likeness: Likeness;
  readonly renaming: Renaming;
  readonly now: () => number;
  readonly complain: Complain;
  /** The push whose turn it is and whose time has come, if it is one. */
  readonly due: () => RecordedPush | undefined;
  /** The turn is over. */
  readonly done: (push: RecordedPush) => void;
  /** Told of every push, as it is answered. */
  readonly onPush?: (push: ReplayedPush) => void;
}

/** The first pause after a push that was not taken, and the longest. @unit ms */
const firstPauseMs = 1_000;
const longestPauseMs = 30_000;

/** A push that waits for its answer. */
interface UnderWay {
  readonly push: RecordedPush;
  readonly body: string;
  readonly attempt: number;
  readonly notBefore: number;
}

/** The pushes of a VTN that repeats a recording. */
export class ReplayedPushes implements PushSource<RepeatedPush> {
  readonly #options: ReplayedPushesOptions;
  /** What stood for each text of the recording: what was pushed twice is pushed twice, to the letter. */
  readonly #written = new Map<string, string>();
  #pushTo: string | null = null;
  #underWay: UnderWay | null = null;

  constructor(options: ReplayedPushesOptions) {
    this.#options = options;
  }

  /** Learns from what the VEN says where it is pushed to. @rule 2.0b 500, 511 */
  hear(message: OadrMessage): void {
    if (message.message !== 'oadrCreatePartyRegistration') return;
    const { oadrTransportAddress = '', oadrHttpPullModel } = message;
    this.#pushTo = oadrTransportAddress === '' || oadrHttpPullModel === true ? null : oadrTransportAddress;
  }

  next(): RepeatedPush | undefined {
    const push = this.#options.due();
    if (push === undefined || this.#pushTo === null) return undefined;
    if (this.#underWay?.push !== push)
      this.#underWay = { push, body: this.#bodyOf(push), attempt: 1, notBefore: this.#options.now() };
    const { body, notBefore } = this.#underWay;
    if (notBefore > this.#options.now()) return undefined;
    const { service } = push;
    return { url: serviceUrl(this.#pushTo, service), service, body, faults: [] };
  }

  settle(_push: RepeatedPush, outcome: PushOutcome): void {
    const underWay = this.#underWay;
    if (underWay === null) return;
    const { push, attempt } = underWay;
    const isBusy = outcome?.httpStatus === 503 && push.reply.httpStatus !== 503;
    if (outcome === null || isBusy) {
      const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(attempt - 1, 10));
      this.#underWay = { ...underWay, attempt: attempt + 1, notBefore: this.#options.now() + pauseMs };
      return;
    }
    this.#underWay = null;
    this.#options.done(push);
    this.#compare(push, outcome);
  }

  /** It is waited for no longer. */
  giveUp(push: RecordedPush): void {
    this.#underWay = null;
    const now = this.#pushTo === null ? 'the VEN has told no address' : 'nothing came back';
    const differences = [{ path: 'reply', recorded: replyText(push.reply), now }];
    this.#options.onPush?.({ at: this.#options.now(), push, said: null, differences });
  }

  #bodyOf({ xml, at }: RecordedPush): string {
    const known = this.#written.get(xml);
    if (known !== undefined) return known;
    const distanceMs = this.#options.now() - at;
    const body = movedXml(visitXml(xml, this.#options.renaming), distanceMs, daysUp(distanceMs));
    this.#written.set(xml, body);
    return body;
  }

  #compare(push: RecordedPush, { httpStatus, body }: Exclude<PushOutcome, null>): void {
    const { likeness, complain, now, onPush } = this.#options;
    const { reply } = push;
    const decoded = body.trim() === '' ? undefined : decodePayload(body);
    if (decoded?.ok === false) complain('XSD', `${decoded.refusal.text} (${decoded.refusal.path})`);
    const message = decoded?.ok === true ? decoded.message : undefined;
    const said =
      decoded?.ok === false ? 'something unreadable' : replyText({ httpStatus, ...(message && { message }) });
    const differences =
      reply.message !== undefined && message !== undefined
        ? likeness.compare(reply.message, message, now() - push.at)
        : replyText(reply) === said
          ? []
          : [{ path: 'reply', recorded: replyText(reply), now: said }];
    onPush?.({ at: now(), push, said, differences });
  }
}
