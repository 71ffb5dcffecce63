import { describe, expect, it } from 'vitest';
import { parseDateTime } from '../../src/protocol/types/dateTime.ts';
import { conversation, deviceID, type Conversation } from '../support/conversation.ts';
import { Meter, wavyRegister } from '../support/meter.ts';
import {
  energyID,
  hourMs,
  minuteMs,
  MoodyMeter,
  powerID,
  spansOf,
  statusID,
  toldBy,
  valuesOf,
  type Told,
} from './support/reports.ts';

const quarters = { kind: 'periodic', granularity: 'PT15M', reportBackDuration: 'PT1H' } as const;

const firstOf = (told: readonly Told[]): Told => {
  const [first] = told;
  if (first === undefined) throw new Error('No report was sent.');
  return first;
};

/** A conversation whose meter can be made to fail. */
const withMoodyMeter = async (): Promise<{ talk: Conversation; meter: MoodyMeter }> => {
  const meters: MoodyMeter[] = [];
  const talk = await conversation({
    devices: (time) => {
      meters.push(
        new MoodyMeter(
          new Meter(deviceID, time, wavyRegister(4_000, 3, time.now()), wavyRegister(5_000, 7, time.now())),
        ),
      );
      return meters;
    },
  });
  return { talk, meter: meters[0] as MoodyMeter };
};

describe('a usage report', () => {
  const hour = async () => {
    const talk = await conversation();
    const [id] = talk.vtn.askReport(quarters);
    await talk.pass(hourMs + 10 * minuteMs);
    return { talk, id, report: firstOf(toldBy(talk, id)).report };
  };

  // @row +12.22
  it('names itself as in its metadata, and the request it answers', async () => {
    const { id, report } = await hour();
    expect(report).toMatchObject({
      reportName: 'TELEMETRY_USAGE',
      reportSpecifierID: 'RealEnergy',
      reportRequestID: id,
    });
    expect(report.oadrReportDescription).toBeUndefined();
  });

  // @row +12.24 +12.27
  it('starts with its first interval and runs on without a gap: each with dtstart, duration and its number', async () => {
    const { report } = await hour();
    const spans = spansOf(report);
    expect(spans).toHaveLength(4);
    expect(parseDateTime(report.dtstart ?? '')).toBe(spans[0]?.[0]);
    expect(spans.every(([, lengthMs]) => lengthMs === 15 * minuteMs)).toBe(true);
    expect(spans.slice(1).every(([startAt], index) => startAt === (spans[index]?.[0] ?? 0) + 15 * minuteMs)).toBe(true);
    expect(report.intervals?.map(({ uid }) => uid)).toEqual(['0', '1', '2', '3']);
  });

  // @row +12.20 +12.26 +12.29
  it('has a value of each requested series in each interval: energy in kWh, mean power in kW, with their accuracy', async () => {
    const { report } = await hour();
    const energy = valuesOf(report, energyID).map(([value]) => Number(value));
    const power = valuesOf(report, powerID).map(([value]) => Number(value));
    expect(energy).toHaveLength(4);
    for (const [index, kilowattHours] of energy.entries()) expect(power[index]).toBeCloseTo(kilowattHours * 4, 2);
    for (const { oadrReportPayload = [] } of report.intervals ?? []) {
      expect(oadrReportPayload.map(({ rID }) => rID)).toEqual([energyID, powerID]);
      for (const payload of oadrReportPayload)
        expect(payload).toMatchObject({
          accuracy: '0.001',
          confidence: 100,
          oadrDataQuality: 'Quality Good - Non Specific',
        });
    }
  });

  // @row +12.28
  it('given a one-shot in the middle of everything, then the interval that has just passed, measured', async () => {
    const talk = await conversation();
    await talk.pass(hourMs);
    const [id] = talk.vtn.askReport({ kind: 'oneShot' });
    await talk.pass(15_000);
    const { at, report } = firstOf(toldBy(talk, id));
    const [[startAt, lengthMs] = [0, 0]] = spansOf(report);
    expect(lengthMs).toBe(15 * minuteMs);
    expect(at - (startAt + lengthMs)).toBeLessThan(15 * minuteMs);
    expect(valuesOf(report, energyID)[0]?.[1]).toBe('Quality Good - Non Specific');
  });

  // @row -12.20
  it('given only one of the series is asked for, then only that one is told', async () => {
    const talk = await conversation();
    const [id] = talk.vtn.askReport({ ...quarters, rIDs: [powerID] });
    await talk.pass(hourMs + 10 * minuteMs);
    const { report } = firstOf(toldBy(talk, id));
    expect(valuesOf(report, powerID)).toHaveLength(4);
    expect(valuesOf(report, energyID)).toEqual([]);
  });
});

describe('what could not be measured', () => {
  // @row +12.21
  it.each(['Device Failure', 'Comm Failure', 'Sensor Failure'] as const)(
    'given a meter with a %s, then its intervals are told as bad, with nothing left out and nothing made up',
    async (quality) => {
      const { talk, meter } = await withMoodyMeter();
      const [id] = talk.vtn.askReport(quarters);
      await talk.pass(20 * minuteMs);
      meter.quality = quality;
      await talk.pass(30 * minuteMs);
      meter.quality = null;
      await talk.pass(30 * minuteMs);
      const values = valuesOf(firstOf(toldBy(talk, id)).report, energyID);
      expect(values).toHaveLength(4);
      expect(values.map(([, oadrDataQuality]) => oadrDataQuality)).toContain(`Quality Bad - ${quality}`);
      for (const [value, oadrDataQuality] of values)
        if (oadrDataQuality?.startsWith('Quality Bad') === true) expect(value).toBe('0');
    },
  );

  // @row +12.21 -12.28
  it('given a meter that says nothing at all, then the report goes without it, as bad, and a person is told', async () => {
    const { talk, meter } = await withMoodyMeter();
    await talk.pass(20 * minuteMs);
    const [id] = talk.vtn.askReport(quarters);
    meter.quality = 'silent';
    await talk.pass(hourMs + 10 * minuteMs);
    const values = valuesOf(firstOf(toldBy(talk, id)).report, energyID);
    expect(values).toHaveLength(4);
    expect(
      values.every(([value, oadrDataQuality]) => value === '0' && oadrDataQuality?.startsWith('Quality Bad') === true),
    ).toBe(true);
    expect(talk.alarms.some((alarm) => alarm.startsWith('meterSilent'))).toBe(true);
  });
});

describe('a status report', () => {
  // @row +12.26 +12.30
  it('is point data: dtstart and no duration, online, override, and what the device can do', async () => {
    const talk = await conversation();
    const [id] = talk.vtn.askReport({
      kind: 'periodic',
      reportSpecifierID: 'Status',
      granularity: 'PT1M',
      reportBackDuration: 'PT1M',
    });
    await talk.pass(5 * minuteMs);
    const told = toldBy(talk, id);
    for (const { report } of told) {
      expect(report.reportName).toBe('TELEMETRY_STATUS');
      expect(report.intervals).toHaveLength(1);
      expect(report.intervals?.[0]?.duration).toBeUndefined();
      expect(report.intervals?.[0]?.oadrReportPayload).toMatchObject([
        {
          rID: statusID,
          oadrDataQuality: 'Quality Good - Non Specific',
          oadrPayloadResourceStatus: {
            oadrOnline: true,
            oadrManualOverride: false,
            oadrLoadControlState: {
              oadrCapacity: { oadrMin: '-5.000', oadrMax: '5.000', oadrCurrent: '0.000', oadrNormal: '0.000' },
            },
          },
        },
      ]);
    }
    expect(told.length).toBeGreaterThanOrEqual(4);
  });

  // @row +12.30
  it('given a device that cannot be asked, then the same parts, offline and of bad quality', async () => {
    const { talk, meter } = await withMoodyMeter();
    meter.quality = 'Comm Failure';
    const [id] = talk.vtn.askReport({ kind: 'oneShot', reportSpecifierID: 'Status' });
    await talk.pass(40_000);
    expect(firstOf(toldBy(talk, id)).report.intervals?.[0]?.oadrReportPayload).toMatchObject([
      {
        oadrDataQuality: 'Quality Bad - Not Connected',
        oadrPayloadResourceStatus: { oadrOnline: false, oadrLoadControlState: { oadrCapacity: { oadrMax: '5.000' } } },
      },
    ]);
  });

  // @row +12.17 -12.17
  it('given granularity 0 and a reportBackDuration, then no report comes more often than that, and each says whether it is news', async () => {
    const { talk, meter } = await withMoodyMeter();
    const [id] = talk.vtn.askReport({
      kind: 'periodic',
      reportSpecifierID: 'Status',
      granularity: 'PT0S',
      reportBackDuration: 'PT1M',
    });
    await talk.pass(2 * minuteMs + 10_000);
    meter.quality = 'Comm Failure';
    await talk.pass(3 * minuteMs);
    const told = toldBy(talk, id);
    const gaps = told.slice(1).map(({ at }, index) => at - (told[index]?.at ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThan(minuteMs - 25_000);
    const qualities = told.map(({ report }) => report.intervals?.[0]?.oadrReportPayload?.[0]?.oadrDataQuality);
    expect(qualities[0]).toBe('Quality Good - Non Specific');
    expect(qualities.at(-1)).toBe('No New Value - Previous Value Used');
  });

  // @row +12.17 -12.17
  it('given granularity 0 and a device that says nothing for a while, then what is repeated is called so, and what is read anew is not', async () => {
    const { talk, meter } = await withMoodyMeter();
    const [id] = talk.vtn.askReport({
      kind: 'periodic',
      reportSpecifierID: 'Status',
      granularity: 'PT0S',
      reportBackDuration: 'PT1M',
    });
    const told = async (minutes: number) => {
      const from = talk.now;
      await talk.pass(minutes * minuteMs);
      return toldBy(talk, id)
        .filter(({ at }) => at > from)
        .map(({ report }) => report.intervals?.[0]?.oadrReportPayload?.[0]);
    };
    await talk.pass(2 * minuteMs + 10_000);
    const before = (await told(2)).at(-1);
    meter.quality = 'Comm Failure';
    const during = (await told(3)).at(-1);
    meter.quality = null;
    const after = (await told(3)).at(-1);
    expect([before, during, after].map((payload) => payload?.oadrDataQuality)).toEqual([
      'Quality Good - Non Specific',
      'No New Value - Previous Value Used',
      'Quality Good - Non Specific',
    ]);
    expect(during?.oadrPayloadResourceStatus).toEqual(before?.oadrPayloadResourceStatus);
  });
});

describe('delivery', () => {
  // @row +12.44
  it('given a line that is down for hours, then what was due is told late, oldest first, and once', async () => {
    const talk = await conversation();
    const [id] = talk.vtn.askReport(quarters);
    await talk.pass(30_000);
    talk.world.isVtnUp = false;
    await talk.pass(3 * hourMs);
    talk.world.isVtnUp = true;
    await talk.pass(hourMs);
    const arrived = talk.heard
      .flatMap(({ request }) => (request?.message === 'oadrUpdateReport' ? request.oadrReport : []))
      .filter(({ reportRequestID }) => reportRequestID === id);
    const starts = arrived.flatMap((report) => spansOf(report).map(([startAt]) => startAt));
    expect(starts.length).toBeGreaterThanOrEqual(12);
    expect(starts).toEqual([...new Set(starts)].sort((a, b) => a - b));
    expect(
      arrived.every((report) => Math.abs((parseDateTime(report.createdDateTime) ?? 0) - talk.now) < 2 * hourMs),
    ).toBe(true);
  });

  // @row +12.44
  it('given a refusal in oadrUpdatedReport, then it is on record with its code, the usage is owed, and it is not sent again under that request', async () => {
    const talk = await conversation();
    const [id] = talk.vtn.askReport(quarters);
    talk.vtn.faults.next({ do: 'responseCode', responseCode: '454', on: 'oadrUpdateReport' });
    await talk.pass(90 * minuteMs);
    expect(toldBy(talk, id)).toHaveLength(1);
    expect(await talk.facts('UsageDeliveryReleased')).toContainEqual(
      expect.objectContaining({ because: expect.stringContaining('refused it with 454') }),
    );
    expect(talk.named('oadrRegisterReport')).toHaveLength(2); // what is owed wants a fresh request
  });

  // @row +12.31
  it('given an answer that is lost, then the same report goes out again, word for word, under the same requestID', async () => {
    const talk = await conversation();
    const [id] = talk.vtn.askReport(quarters);
    talk.vtn.faults.next({ do: 'dropAfter', on: 'oadrUpdateReport' });
    await talk.pass(80 * minuteMs);
    const sent = talk.named('oadrUpdateReport').filter(({ oadrReport }) => oadrReport[0]?.reportRequestID === id);
    expect(sent).toHaveLength(2);
    expect(sent[1]?.requestID).toBe(sent[0]?.requestID);
    expect(sent[1]?.oadrReport[0]?.intervals).toEqual(sent[0]?.oadrReport[0]?.intervals);
  });

  it('given a report cancelled while it waits behind a slow poll, then it is not sent, and the next one is not taken for it', async () => {
    const talk = await conversation();
    const [first, second] = talk.vtn.askReport([
      { kind: 'periodic', granularity: 'PT1M', reportBackDuration: 'PT1M' },
      { kind: 'periodic', granularity: 'PT5M', reportBackDuration: 'PT5M', startInMs: 5_000 },
    ]);
    await talk.pass(3 * minuteMs);
    const due = toldBy(talk, first).at(-1)?.at ?? 0;
    await talk.world.runTo(due + minuteMs - 5_000);
    talk.vtn.cancelReports(false, [first ?? '']);
    talk.vtn.faults.next({ do: 'delay', delayMs: 12_000, on: 'oadrPoll' });
    await talk.pass(10 * minuteMs);
    expect(toldBy(talk, first).at(-1)?.at).toBe(due);
    const acknowledged = await talk.facts('UsageDeliveryAcknowledged');
    expect(acknowledged.filter(({ reportRequestID }) => reportRequestID === second)).toHaveLength(
      toldBy(talk, second).length,
    );
    expect(acknowledged.filter(({ reportRequestID }) => reportRequestID === first)).toHaveLength(
      toldBy(talk, first).length,
    );
  });
});
