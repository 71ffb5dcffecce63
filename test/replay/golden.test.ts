import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openBundle } from '../../src/bundle/openBundle.ts';
import { replayLog } from '../../src/cli/replay/run.ts';
import { machineVersion } from '../../src/machines/machineVersion.ts';
import { memorySource } from '../bundle/support/cutting.ts';
import { shareOf } from '../support/leftOut.ts';
import { goldenDirectory, goldenName, goldenStretches, goldenSummary, type GoldenStretch } from './support/golden.ts';
import { makeGolden } from './support/makeGolden.ts';

const ending = '.bundle.gz';
const stretches = Object.keys(goldenStretches) as GoldenStretch[];
const files = readdirSync(goldenDirectory).filter((name) => name.endsWith(ending));

/** What a file's name tells of it. */
const told = (name: string): { readonly machines: string; readonly stretch: GoldenStretch } => {
  const [, machines = '', stretch = ''] = /^log-\d+-machines-(.+)-(\w+)\.bundle\.gz$/.exec(name) ?? [];
  return { machines, stretch: stretch as GoldenStretch };
};

/** All of what runs now; of machines before, one stretch each in a run that is not whole. */
const replayed = shareOf(files, (name) => {
  const { machines, stretch } = told(name);
  return machines === machineVersion || stretch === stretches[Number(machines) % stretches.length];
});

const opened = (name: string) => openBundle(memorySource(readFileSync(join(goldenDirectory, name)), name));

describe('golden logs', () => {
  it('are there for this log format and these machines', () => {
    expect(files).toEqual(expect.arrayContaining(stretches.map((stretch) => `${goldenName(stretch)}${ending}`)));
  });

  it.each(replayed)(
    'given %s, when it is replayed from the wire and verified, then it reads as it was read, follows as it followed, and comes to what it came to',
    async (name) => {
      const { machines, stretch } = told(name);
      const log = await opened(name);
      const result = await replayLog(log, { span: { from: null, until: null }, verify: true, fromWire: true });
      expect(result.divergences).toEqual([]);
      expect(result.uncompared > 0).toBe(machines !== machineVersion);
      expect(result).toMatchObject({ entries: log.head.position - log.base.position, unstepped: 0, forgotten: 0 });
      expect(result.decoded).toBeGreaterThan(500);
      const summary = JSON.parse(readFileSync(join(goldenDirectory, name.replace(ending, '.json')), 'utf8')) as unknown;
      expect(JSON.parse(JSON.stringify(await goldenSummary(log, goldenStretches[stretch])))).toEqual(summary);
    },
  );

  it.each(files)(
    'given %s, when it is looked through, then it has the day on which the clocks change, restarts, kills and faults of several kinds',
    async (name) => {
      const { facts, days } = JSON.parse(
        readFileSync(join(goldenDirectory, name.replace(ending, '.json')), 'utf8'),
      ) as {
        readonly facts: Readonly<Record<string, number>>;
        readonly days: readonly { readonly usdPerKwh: string }[];
      };
      expect(days.map(({ usdPerKwh }) => usdPerKwh.split(' ').length)).toContain(name.includes('spring') ? 23 : 25);
      expect(facts['AgentStarted']).toBeGreaterThan((facts['AgentStopped'] ?? 0) + 2);
      for (const fact of [
        'ExchangeFailed',
        'MessageRejected',
        'EmptyReplyReceived',
        'UsageDeliveryDoubted',
        'UsageDeliveryRejected',
        'RegistrationEnded',
        'DrEventCancelled',
        'ClockJumped',
      ]) {
        expect(facts[fact], fact).toBeGreaterThan(0);
      }
    },
  );

  it('given golden logs that are there, when they are to be made, then they are not made again', async () => {
    for (const stretch of stretches)
      await expect(makeGolden(stretch)).rejects.toThrow(
        `${goldenName(stretch)}${ending} is there already: a golden log is kept for ever`,
      );
  });
});
