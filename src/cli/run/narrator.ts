import type { KnownEntry } from '../../facts/fact.ts';
import { localText } from '../../programme/calendar.ts';

/** What happened, in a sentence for people. */
export interface Told {
  readonly level: 'info' | 'warn' | 'debug';
  readonly text: string;
}

const told = (text: string, level: Told['level'] = 'info'): Told => ({ level, text });

const kilowattHours = (wattHours: number): string => `${(wattHours / 1000).toFixed(3)} kWh`;

const span = (startAt: number, endAt: number | undefined, timeZone: string): string =>
  `${localText(startAt, timeZone)} to ${endAt === undefined ? 'further notice' : localText(endAt, timeZone)}`;

const tellSent = (entry: KnownEntry & { type: 'SendRequested' }): Told | null => {
  const { purpose, message, attempt } = entry.data;
  const again = attempt > 1 ? ` again (attempt ${attempt})` : '';
  switch (purpose) {
    case 'query':
    case 'registration':
      return told(`Registering: ${message.message} sent${again}.`);
    case 'metadata':
      return told('Registering reports: oadrRegisterReport sent.');
    case 'requestEvent':
      return told('Asking for all DR events: oadrRequestEvent sent.', 'debug');
    case 'answer':
      return told(`Answering with ${message.message}${again}.`, 'debug');
    default:
      return null;
  }
};

/** Before usage is sent, reports are registered anew on purpose; what was composed before is composed again and nothing is lost. */
const isResynchronised = ({ data }: KnownEntry & { type: 'UsageDeliveryReleased' }): boolean => data.because.endsWith(': reportsRegistered');

const tellAccepted = (entry: KnownEntry & { type: 'DrEventAccepted' }, timeZone: string): Told => {
  const { event, startAt, endAt, modificationNumber, test, kind } = entry.data;
  const signals = event.eiEventSignals.eiEventSignal.map(({ signalName, intervals }) => `${intervals.length} × ${signalName}`).join(', ');
  const version = kind === 'new' ? '' : `, modification ${modificationNumber}`;
  return told(`${test ? 'A test DR event' : 'DR event'} arrived${version}: ${signals} for ${span(startAt, endAt, timeZone)}.`);
};

const tellDue = (entry: KnownEntry & { type: 'UsageDue' }, timeZone: string): Told => {
  const intervals = entry.data.usage.flatMap((usage) => usage.intervals);
  const measured = intervals.filter(({ energyWattHours }) => energyWattHours !== null);
  const net = measured.reduce((sum, { energyWattHours }) => sum + (energyWattHours ?? 0), 0);
  const from = Math.min(...intervals.map(({ startAt }) => startAt));
  const missing = intervals.length - measured.length;
  return told(`Usage report due: ${intervals.length} intervals from ${localText(from, timeZone)}, ${kilowattHours(net)} net${missing === 0 ? '' : `, ${missing} not measured`}.`);
};

/** A sentence about an entry, or null for what is not worth one. */
export const narrate = (entry: KnownEntry, timeZone: string): Told | null => {
  switch (entry.type) {
    case 'AgentStarted':
      return told(`Agent started as venID ${entry.data.settings.venID} (run ${entry.runID}).`);
    case 'AgentStopped':
      return told(`Agent stopped: ${entry.data.because}.`);
    case 'ClockJumped':
      return told(`The clock was moved by ${entry.data.jumpMs} ms; delays go on as if it had not been.`, 'warn');
    case 'SendRequested':
      return tellSent(entry);
    case 'Registered':
      return told(`Registered with ${entry.data.vtnID}${entry.data.renewed ? ' again' : ''}: registrationID ${entry.data.registrationID}.`);
    case 'RegistrationRefused':
      return told(`Registration refused with ${entry.data.responseCode}: ${entry.data.responseDescription}.`, 'warn');
    case 'RegistrationEnded':
      return told(`The registration is over (${entry.data.by}).`, 'warn');
    case 'ReportsRegistered':
      return told(`Reports registered: ${entry.data.reportSpecifierIDs.join(', ')}.`);
    case 'ReportRequestAccepted':
      return told(`The VTN asks for ${entry.data.kind} reports (${entry.data.reportRequestID}).`);
    case 'ReportRequestRefused':
      return told(`Report request ${entry.data.reportRequestID} refused with ${entry.data.responseCode}: ${entry.data.why}.`, 'warn');
    case 'BackoffStarted':
      return told(`No luck with the VTN (${entry.data.because}); trying again in ${Math.round(entry.data.delayMs / 1000)} s.`, 'warn');
    case 'ExchangeFailed':
      return told(`An exchange failed: ${entry.data.detail}`, 'warn');
    case 'MessageRejected':
      return told(`A reply of the VTN was refused: ${entry.data.text} (${entry.data.path})`, 'warn');
    case 'DrEventAccepted':
      return tellAccepted(entry, timeZone);
    case 'DrEventRefused':
      return told(`DR event ${entry.data.eventID} refused with ${entry.data.responseCode}: ${entry.data.why}.`, 'warn');
    case 'DrEventAnswered':
      return told(`Answered DR event ${entry.data.eventID} with ${entry.data.optType} (${entry.data.responseCode}).`);
    case 'DrEventCancelled':
      return told(`DR event ${entry.data.eventID} was cancelled (${entry.data.by}).`);
    case 'DrEventStatusChanged':
      return told(`DR event ${entry.data.eventID} is ${entry.data.status}.`, 'debug');
    case 'MeterRead': {
      const { resourceID, boundaryAt, importWattHours, exportWattHours, status } = entry.data;
      const charge = status.stateOfCharge === undefined ? '' : `, battery at ${Math.round(status.stateOfCharge * 100)} %`;
      const registers = `imported ${kilowattHours(importWattHours)}, exported ${kilowattHours(exportWattHours)}`;
      return told(`Metered ${resourceID} at ${localText(boundaryAt, timeZone)}: ${registers}${charge}.`, boundaryAt % 3_600_000 === 0 ? 'info' : 'debug');
    }
    case 'MeterReadFailed':
      return told(`${entry.data.resourceID} gave no reading for ${localText(entry.data.boundaryAt, timeZone)}: ${entry.data.detail}`, 'warn');
    case 'SetpointRequested':
      return told(`${entry.data.resourceID} is to ${entry.data.demandWatts >= 0 ? 'draw' : 'deliver'} ${Math.abs(entry.data.demandWatts)} W until ${localText(entry.data.validUntil, timeZone)}.`, 'debug');
    case 'UsageDue':
      return tellDue(entry, timeZone);
    case 'UsageDeliveryAcknowledged':
      return told(`Usage report delivered and acknowledged (${entry.data.responseCode}) under ${entry.data.reportRequestID}.`);
    case 'UsageDeliveryRejected':
      return told(`Usage report rejected with ${entry.data.responseCode}: ${entry.data.why}.`, 'warn');
    case 'UsageDeliveryDoubted':
      return told(`It is unknown whether the usage report was counted (${entry.data.because}); policy: ${entry.data.policy}.`, 'warn');
    case 'UsageDeliveryReleased':
      if (isResynchronised(entry)) return told('The report requests were made anew, so the usage report is composed anew under the fresh one.', 'debug');
      return told(`The usage report was not delivered (${entry.data.because}); its hours are still owed.`, 'warn');
    case 'MessageDropped':
      return told(`${entry.data.message} was given up: ${entry.data.because}.`, 'warn');
    default:
      return null;
  }
};
