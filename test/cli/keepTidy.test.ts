import { describe, expect, it } from 'vitest';
import type { OpenSettings } from '../../src/adapters/config/config.ts';
import type { Logger } from '../../src/adapters/process/logger.ts';
import type { HostedAgent } from '../../src/cli/run/agentHost.ts';
import { keepTidy } from '../../src/cli/run/keepTidy.ts';
import type { VtnClockHeard } from '../../src/shell/vtnContact.ts';
import { VirtualTime } from '../support/virtualTime.ts';

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** A log of which it is noted until when its XML was let go of. */
const tidied = (startAt: number) => {
  const time = new VirtualTime(startAt);
  const forgotten: number[] = [];
  const lines: string[] = [];
  let heard: VtnClockHeard = 'unheard';
  const say = (text: string): void => void lines.push(text);
  const logger = { info: say, warn: say, error: say, debug: say } as unknown as Logger;
  const hosted = {
    log: { forgetWires: (beforeAt: number) => Promise.resolve(forgotten.push(beforeAt)) },
    vtnClock: () => heard,
  } as unknown as HostedAgent;
  keepTidy(hosted, time, { xmlRetentionDays: 30, replayRetentionDays: 100_000 } as OpenSettings, logger);
  return { time, forgotten, lines, hear: (what: VtnClockHeard) => (heard = what) };
};

describe('what is old', () => {
  const startAt = Date.parse('2026-06-10T14:00:00Z');

  it('given the VTN has not been heard yet, then nothing goes; once its clock agrees, it goes within a minute and every day', async () => {
    const { time, forgotten, hear } = tidied(startAt);
    await time.runTo(startAt + 30 * minuteMs);
    expect(forgotten).toEqual([]);
    hear('agrees');
    await time.runTo(startAt + 31 * minuteMs);
    expect(forgotten).toHaveLength(1);
    await time.runTo(startAt + 31 * minuteMs + dayMs);
    expect(forgotten).toHaveLength(2);
  });

  it('given a clock that is years ahead and a VTN whose Date contradicts it, then nothing goes and that is said; when both agree again, it goes by the right time', async () => {
    const { time, forgotten, lines, hear } = tidied(startAt + 4_000 * dayMs);
    hear('contradicts');
    await time.runTo(time.now() + 5 * 60 * minuteMs);
    expect(forgotten).toEqual([]);
    expect(lines.join('\n')).toContain('Old XML is kept: the VTN’s clock contradicts this one');
    time.jump(-4_000 * dayMs);
    hear('agrees');
    await time.runTo(time.now() + 4_001 * dayMs);
    expect(forgotten[0]).toBeGreaterThan(startAt);
  });

  it('given a VTN that tells no date, then nobody contradicts, and it goes', async () => {
    const { time, forgotten, hear } = tidied(startAt);
    hear('silent');
    await time.runTo(startAt + minuteMs);
    expect(forgotten).toHaveLength(1);
  });
});
