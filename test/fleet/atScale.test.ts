import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { scaleFindings, smallTrial } from '../../scripts/atScale/course.ts';
import { EventCalendar } from '../../scripts/atScale/calendar.ts';
import { keptFindings } from '../../scripts/atScale/files.ts';
import { figuresWith } from '../../scripts/atScale/inputs.ts';
import { arrivalBound, outageCourse } from '../../scripts/atScale/outage.ts';
import { waveCourse, type WaveTrial } from '../../scripts/atScale/wave.ts';
import { fleetBackoffJitter, readFleetFile } from '../../src/adapters/config/fleetFile.ts';
import { Pacer } from '../../src/fleet/pacer.ts';
import { nextTurnOf } from '../../src/fleet/phase.ts';
import { repository } from '../house/support/files.ts';
import { triesOf } from '../support/leftOut.ts';

const figures = figuresWith();

const trials: fc.Arbitrary<WaveTrial> = fc.record({
  vens: fc.integer({ min: 1, max: 400 }),
  workers: fc.integer({ min: 1, max: 4 }),
  servers: fc.double({ min: 0.001, max: 1, noNaN: true }),
  seed: fc.string(),
  wave: fc.constantFrom('none', 'prices', 'reports'),
  workerLost: fc.boolean(),
  watchedMs: fc.integer({ min: 1_000, max: 90_000 }),
});

const summed = (numbers: readonly number[]): number => numbers.reduce((one, other) => one + other, 0);

describe('the simulation at scale', () => {
  it('is what the kept findings, and so the page, were made with (npm run at-scale)', () => {
    expect(JSON.parse(JSON.stringify(scaleFindings(smallTrial)))).toEqual(keptFindings(repository).small);
  });

  it('gives the same again for a seed, and something else for another', () => {
    const trial: WaveTrial = { vens: 500, workers: 2, servers: 0.01, seed: 'one', wave: 'prices', workerLost: true };
    expect(waveCourse(trial, figures)).toEqual(waveCourse(trial, figures));
    expect(waveCourse({ ...trial, seed: 'other' }, figures).lagsMs).not.toEqual(waveCourse(trial, figures).lagsMs);
  });

  it('loses no poll: each that was due was in time, late, missed or is open', () => {
    fc.assert(
      fc.property(trials, fc.option(fc.integer({ min: 1_000, max: 70_000 }), { nil: null }), (trial, lostMs) => {
        const given = lostMs === null ? trial : { ...trial, workerLost: false, databaseLostMs: lostMs };
        const { polls, lagsMs } = waveCourse(given, figures);
        expect(polls.inTime + polls.late + polls.missed + polls.open).toBe(polls.due);
        expect(polls.open).toBeLessThanOrEqual(trial.vens);
        // Nobody has the prices, or has reported, twice.
        expect(lagsMs.length).toBeLessThanOrEqual(trial.vens);
      }),
      { numRuns: triesOf(60) },
    );
  });

  it('has every VEN get its prices in the end, whatever was lost at 17:00', () => {
    for (const lost of [{}, { workerLost: true }, { databaseLostMs: 60_000 }, { databaseLostMs: 5_000 }]) {
      const course = waveCourse(
        { vens: 2_000, workers: 4, servers: 1, seed: 'lost', wave: 'prices', ...lost },
        figures,
      );
      expect(course.lagsMs.length).toBe(2_000);
      expect(course.handshakes).toBeLessThanOrEqual(4 * (figures.connectionsPerSecond + 1));
    }
  });

  it('brings nobody back twice after an outage, and with the jitter of a fleet never more in a second than may come', () => {
    for (const minutes of [2, 7, 15, 45, 120])
      for (const seed of ['a', 'b']) {
        const trial = { vens: 5_000, outageMs: minutes * 60_000, seed };
        const course = outageCourse({ ...trial, backoffJitter: fleetBackoffJitter }, figures);
        expect(summed(course.returns)).toBe(trial.vens);
        expect(course.most, `${minutes} min, ${seed}`).toBeLessThanOrEqual(course.bound);
        // That a single home's jitter does not do it is why a fleet has its own.
        if (minutes === 2) expect(outageCourse(trial, figures).most).toBeGreaterThan(course.bound);
      }
  });
});

describe('a fleet’s file', () => {
  it('has VENs vary their pauses as a fleet needs it, unless it says otherwise in common or for one', () => {
    const directory = mkdtempSync(join(tmpdir(), 'ven-fleet-file-'));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const jittersOf = (fleet: object): readonly unknown[] => {
      const path = join(directory, 'fleet.json');
      writeFileSync(path, JSON.stringify({ dataDirectory: '.', ...fleet }));
      return readFleetFile(path, {}).vens.map(({ layer }) => layer.get('backoffJitter')?.value);
    };
    const vens = [{ venID: 'one' }, { venID: 'other', backoffJitter: 0.7 }];
    expect(jittersOf({ vens })).toEqual([fleetBackoffJitter, 0.7]);
    expect(jittersOf({ vens, defaults: { backoffJitter: 0.2 } })).toEqual([0.2, 0.7]);
  });
});

describe('starts of a fleet', () => {
  it('keep the bound in any second, for any spread: spread by the venID, and paced', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3_000 }), fc.integer({ min: 1, max: 600 }), (vens, spreadS) => {
        const bound = arrivalBound(vens, spreadS);
        const pacer = new Pacer(bound);
        const turns = Array.from({ length: vens }, (_, ven) => nextTurnOf(`ven-${ven}`, 0, spreadS * 1_000)).sort(
          (one, other) => one - other,
        );
        const begun = turns.map((turn) => pacer.take(turn));
        // Turns are whole milliseconds: a second's last one may be early by less than one of them.
        const within = Math.floor(bound) + 1;
        for (let place = within; place < begun.length; place += 1)
          expect((begun[place] ?? 0) - (begun[place - within] ?? 0)).toBeGreaterThanOrEqual(999);
      }),
      { numRuns: triesOf(50) },
    );
  });
});

describe('the calendar', () => {
  it('gives items in the order of time, each once, and forgets what is beyond its horizon', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1_500 }), { maxLength: 200 }), (instants) => {
        const calendar = new EventCalendar(instants.length, 1_000);
        instants.forEach((at, item) => calendar.set(item, at));
        const given: number[] = [];
        for (let item = calendar.next(); item !== -1; item = calendar.next()) given.push(instants[item] ?? -1);
        expect(given).toEqual(instants.filter((at) => at < 1_000).sort((one, other) => one - other));
      }),
    );
  });
});
