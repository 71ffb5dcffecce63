import { describe, expect, it } from 'vitest';
import type { FailedReading } from '../../src/machines/device/failedReadings.ts';
import {
  afterFeeling,
  askedNow,
  askedUntil,
  isFelt,
  nextSampled,
  notYetRead,
} from '../../src/machines/device/lateReadings.ts';
import type { Moment } from '../../src/machines/moment.ts';
import { settingsFor } from '../support/agentWorld.ts';
import { hourMs, minuteMs } from '../support/drEventMessages.ts';
import { noon } from './support/given.ts';

/** Readings that come late, as a utility's files do: an hour that is asked for once too seldom is an hour without usage. */

const awaitedMs = 48 * hourMs;
const moment = (at = noon, devices = 1, lateMs: number | null = awaitedMs): Moment => ({
  at,
  chance: 1,
  runID: 'run00001',
  settings: settingsFor({
    sampleEveryMs: 15 * minuteMs,
    devices: Array.from({ length: devices }, (_, index) => ({
      resourceID: `device-${index}`,
      maxChargeWatts: 1_000,
      maxDischargeWatts: 1_000,
      ...(lateMs === null ? {} : { awaitedMs: lateMs }),
    })),
  }),
});
const device = { resourceID: 'device-0', grids: [] };
const failed = (boundaryAt: number, dueAt: number | null, tries = 1): FailedReading => ({ boundaryAt, tries, dueAt });

describe('when a device is asked', () => {
  it('is at full hours where its readings come late, and as it is sampled where they do not', () => {
    expect(nextSampled(device, moment(), noon + minuteMs)).toBe(noon + hourMs);
    expect(nextSampled(device, moment(noon, 1, null), noon + minuteMs)).toBe(noon + 15 * minuteMs);
  });

  it('is after a start from what was answered last, and where nothing was, from as long ago as readings may take', () => {
    const asked = { ...device, readAt: null, askedAt: noon - hourMs };
    expect(askedUntil({ ...asked, readAt: noon - 7 }, moment())).toBe(noon - 7);
    expect(askedUntil(asked, moment())).toBe(noon - awaitedMs);
    expect(askedUntil(asked, moment(noon, 1, null))).toBe(noon - hourMs);
  });
});

describe('a reading that is not there yet', () => {
  const heard = (
    boundaryAt: number,
    at: number,
    { again = [], readAt = null }: { readonly again?: readonly FailedReading[]; readonly readAt?: number | null } = {},
  ) => notYetRead({ resourceID: 'device-0', again, readAt }, { boundaryAt, at, detail: 'no file' }, awaitedMs);

  it('is asked for five minutes past the next full hour, one try after another, beside the others', () => {
    const other = failed(noon - hourMs, noon + 5 * minuteMs);
    expect(heard(noon, noon).known).toEqual({
      again: [failed(noon, noon + hourMs + 5 * minuteMs)],
      isSilent: false,
    });
    expect(heard(noon, noon + 59 * minuteMs, { again: [failed(noon, null, 4), other] }).known).toEqual({
      again: [other, failed(noon, noon + hourMs + 5 * minuteMs, 5)],
      isSilent: false,
    });
    expect(
      notYetRead({ resourceID: 'device-0', readAt: null }, { boundaryAt: noon, at: noon, detail: '' }, awaitedMs).known
        .again,
    ).toHaveLength(1);
  });

  it('is not asked for any more when it is awaited no longer, nor beyond four hundred', () => {
    expect(heard(noon - awaitedMs, noon).known.again).toHaveLength(1);
    const other = failed(noon, null);
    expect(heard(noon - awaitedMs - 1, noon, { again: [failed(noon - awaitedMs - 1, null), other] }).known).toEqual({
      again: [other],
      isSilent: false,
    });
    const many = Array.from({ length: 400 }, (_, index) => failed(noon - index, null));
    expect(heard(noon + 1, noon, { again: many }).known).toEqual({ again: many, isSilent: false });
    expect(heard(noon + 1, noon, { again: many.slice(1) }).known.again).toHaveLength(400);
  });

  it('alarms when it is later than that and nothing newer has come, with what the device said', () => {
    const late = noon - awaitedMs - 1;
    expect(heard(late, noon, { readAt: late - 1 }).alarm).toMatchObject({
      alarm: 'meterSilent',
      subject: 'device-0',
      text: 'The device device-0 has given no reading for more than 48 hours: no file',
    });
    expect(heard(late, noon, { readAt: late }).alarm).toBeNull();
    expect(heard(late, noon, { readAt: late + 1 }).alarm).toBeNull();
    expect(heard(late + 1, noon, { readAt: 0 }).alarm).toBeNull();
  });

  it('and was never read is missed only when it was asked for as long as that', () => {
    const late = noon - awaitedMs - 1;
    const tried = (tries: number) => heard(late, noon, { again: [failed(late, null, tries), failed(noon, null, 99)] });
    expect(tried(46).alarm).toBeNull();
    expect(tried(47).alarm).not.toBeNull();
    expect(heard(late, noon, { again: [failed(noon, null, 99)] }).alarm).toBeNull();
  });
});

describe('readings that are felt for', () => {
  const due = [failed(noon - 3 * hourMs, noon), failed(noon - 2 * hourMs, noon - 1), failed(noon - hourMs, noon)];
  const waits = [failed(noon, noon + 1), failed(noon + 1, null)];
  const all = { ...device, again: [...due, ...waits] };

  it('are, of many devices, the oldest and the newest of those that are due; the others wait an hour more', () => {
    expect(askedNow(all, moment(noon, 101))).toEqual({
      boundaries: [noon - 3 * hourMs, noon - hourMs],
      again: [
        { ...due[0], dueAt: null },
        { ...due[1], tries: 2, dueAt: noon - 1 + hourMs },
        { ...due[2], dueAt: null },
        ...waits,
      ],
    });
    expect(askedNow({ ...device, again: due.slice(0, 1) }, moment(noon, 101)).boundaries).toEqual([noon - 3 * hourMs]);
    expect(askedNow({ ...device, again: waits }, moment(noon, 101))).toEqual({ boundaries: [], again: waits });
    expect(askedNow(device, moment(noon, 101))).toEqual({ boundaries: [], again: [] });
  });

  it('are all that are due of few devices, and of many whose readings are there at once', () => {
    const boundaries = due.map(({ boundaryAt }) => boundaryAt);
    expect(askedNow(all, moment(noon, 100)).boundaries).toEqual(boundaries);
    expect(askedNow(all, moment(noon, 101, null)).boundaries).toEqual(boundaries);
  });

  it('bring the others at once when one of them is there', () => {
    const reading = (boundaryAt: number, devices = 101) => ({ ...moment(noon, devices), boundaryAt });
    expect(isFelt(all, reading(noon - hourMs))).toBe(true);
    expect(isFelt(all, reading(noon - 9 * hourMs))).toBe(false);
    expect(isFelt(all, reading(noon - hourMs, 100))).toBe(false);
    expect(isFelt(device, reading(noon))).toBe(false);
    expect(afterFeeling([failed(1, noon + 9), failed(2, noon - 9), failed(3, null)], noon)).toEqual([
      failed(1, noon),
      failed(2, noon - 9),
      failed(3, null),
    ]);
  });
});
