/** Report requests as others were seen to make them, and others of their kind, on the real agent. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { readShared, sharedDirectory, sharedIsPresent } from '../support/shared.ts';
import { plain } from './makes/plain.ts';
import { children, at, textAt } from './support/element.ts';
import { meet, type Meeting } from './support/hosted.ts';
import { offered } from './support/offers.ts';

const arePresent = existsSync(join(sharedDirectory, 'field', 'messages', 'usage-on-change.xml'));

if (!arePresent && sharedIsPresent)
  console.warn(
    `The field cases were not found in ${sharedDirectory}: the tests of report requests from the field are skipped.`,
  );

/** A message of the field with the identifiers of this VTN. */
const fieldMessage = (name: string, { vtn }: Meeting): string => {
  const usage = offered(vtn.offers, 'TELEMETRY_USAGE');
  const history = offered(vtn.offers, 'HISTORY_USAGE');
  const [energy = '', power = ''] = usage.rIDs;
  return readShared('field', 'messages', name)
    .replaceAll('VEN_123', vtn.venID)
    .replaceAll('CR1', vtn.requestID('oadrCreatedReport'))
    .replaceAll('rs-usage', usage.reportSpecifierID)
    .replaceAll('rs-history', history.reportSpecifierID)
    .replaceAll('r1/energyReal', energy)
    .replaceAll('r1/powerReal', power);
};

describe.skipIf(!arePresent)('a report request of the field', { concurrent: true }, () => {
  // @row +12.3
  it.for([
    ['usage on change', 'usage-on-change.xml', (xml: string) => xml],
    ['the same each second', 'usage-on-change.xml', (xml: string) => xml.replace('PT1M', 'PT1S')],
    ['a granularity above oadrMaxPeriod', 'granularity-above-max-period.xml', (xml: string) => xml],
    [
      'one of a month',
      'granularity-above-max-period.xml',
      (xml: string) => xml.replace('P2D', 'P1M').replace('P4D', 'P1M'),
    ],
    ['history since 2020', 'history-since-2020.xml', (xml: string) => xml],
    ['history since the year 1', 'history-since-2020.xml', (xml: string) => xml.replace('2020-', '0001-')],
  ] as const)('%s: is refused with 454, is not pending, and polls go on', async ([, name, alter], context) => {
    const { expect } = context;
    const meeting = await meet(context, { make: plain });
    const { vtn } = meeting;
    await vtn.next('oadrPoll');
    vtn.mayRefuse = true;
    vtn.enqueue(() => alter(fieldMessage(name, meeting)));
    const { message } = await vtn.next('oadrCreatedReport');
    expect(textAt(message, 'eiResponse', 'responseCode')).toBe('454');
    expect(children(at(message, 'oadrPendingReports'), 'reportRequestID')).toEqual([]);
    vtn.lookAhead();
    await vtn.next('oadrPoll');
    await vtn.next('oadrPoll');
    expect(vtn.named('oadrUpdateReport')).toEqual([]);
    expect((await meeting.entries()).filter(({ type }) => type === 'ReportRequestRefused')).toHaveLength(1);
  });

  // @row +3.7
  it('polls every three days: not polled faster than asked', async (context) => {
    const { expect } = context;
    const { vtn } = await meet(context, { make: plain, pollFreq: 'P3D', settings: { defaultPollFreqMs: 1_000 } });
    await vtn.next('oadrRequestEvent');
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    expect(vtn.named('oadrPoll').length).toBeLessThanOrEqual(1);
  });
});

describe.concurrent('usage from long ago on', () => {
  it('is met without a flood: polls go on beside it', async (context) => {
    const { expect } = context;
    const { vtn } = await meet(context, { make: plain });
    await vtn.next('oadrPoll');
    vtn.askForReports((offers) => [
      {
        ...offered(offers, 'TELEMETRY_USAGE'),
        reportRequestID: 'long-ago',
        granularity: 'PT1M',
        reportBackDuration: 'PT1M',
        interval: { dtstart: '2020-01-01T00:00:00Z', duration: 'PT0S' },
      },
    ]);
    expect(textAt((await vtn.next('oadrCreatedReport')).message, 'eiResponse', 'responseCode')).toBe('200');
    vtn.lookAhead();
    for (let polls = 0; polls < 4; polls += 1) await vtn.next('oadrPoll');
    expect(vtn.named('oadrUpdateReport').length).toBeLessThanOrEqual(6);
  });
});
