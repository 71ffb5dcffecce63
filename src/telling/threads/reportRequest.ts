import type { KnownEntry } from '../../facts/fact.ts';
import type { OadrMessage } from '../../protocol/payload.ts';
import { withInput, type ToldStep, type Thread } from '../story.ts';
import { DeliveryThread } from './delivery.ts';
import { Exchanges } from './exchanges.ts';

const reportsUnder = (message: OadrMessage, reportRequestID: string): boolean =>
  message.message === 'oadrUpdateReport' &&
  message.oadrReport.some((report) => report.reportRequestID === reportRequestID);

const promises = (message: OadrMessage, reportRequestID: string): boolean =>
  message.message === 'oadrCreatedReport' && message.oadrPendingReports.includes(reportRequestID);

/** Follows a report request: asked for, promised, each delivery of usage under it, ended and why. Other reports are counted. */
export class ReportRequestThread implements Thread {
  readonly #reportRequestID: string;
  readonly #deliveries = new DeliveryThread([]);
  readonly #exchanges = new Exchanges();
  #isPromised = false;
  #isNew = false;
  /** Reports without usage that were sent under it, and the position of the last of them. */
  reports = 0;
  lastReport: number | null = null;

  constructor(reportRequestID: string) {
    this.#reportRequestID = reportRequestID;
  }

  take(step: ToldStep): readonly KnownEntry[] {
    const ours = step.filter(({ data }) => 'reportRequestID' in data && data.reportRequestID === this.#reportRequestID);
    for (const entry of ours) this.#learn(entry);
    const chosen = new Set([
      ...ours,
      ...step.filter((entry) => this.#isPromise(entry)),
      ...this.#deliveries.take(step),
      ...this.#exchanges.take(step),
    ]);
    this.#countReports(step, chosen);
    return withInput(step, chosen);
  }

  #learn(entry: KnownEntry): void {
    if (entry.type === 'UsageDue') this.#deliveries.watch(entry.data.deliveryID);
    if (entry.type === 'ReportRequestAccepted') this.#isNew = true;
  }

  #isPromise(entry: KnownEntry): boolean {
    if (
      (entry.type !== 'SendRequested' && entry.type !== 'ReplyRequested') ||
      this.#isPromised ||
      !this.#isNew ||
      entry.data.message === undefined ||
      !promises(entry.data.message, this.#reportRequestID)
    )
      return false;
    this.#isPromised = true;
    this.#exchanges.watch(entry.data.exchangeID);
    return true;
  }

  #countReports(step: ToldStep, chosen: ReadonlySet<KnownEntry>): void {
    for (const entry of step) {
      if (
        entry.type !== 'SendRequested' ||
        chosen.has(entry) ||
        !reportsUnder(entry.data.message, this.#reportRequestID)
      )
        continue;
      this.reports += 1;
      this.lastReport = entry.position;
    }
  }
}
