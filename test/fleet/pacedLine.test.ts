import { describe, expect, it } from 'vitest';
import { PacedLine } from '../../src/cli/fleet/pacedLine.ts';
import { Pacer } from '../../src/fleet/pacer.ts';
import type { ExchangeOutcome, ExchangeRequest } from '../../src/shell/ports.ts';
import { VirtualTime } from '../support/virtualTime.ts';

const answered: ExchangeOutcome = { kind: 'answered', httpStatus: 200, body: '', durationMs: 1 };
const refused: ExchangeOutcome = {
  kind: 'failed',
  reason: 'refused',
  certainlyNotDelivered: true,
  detail: 'nobody listens',
  durationMs: 1,
};

describe('lines of many VENs', () => {
  it('are made one after the other, at first and when they were lost, no more than so many in a second, and go on at once as long as they hold', async () => {
    const time = new VirtualTime(0);
    const turns = new Pacer(100);
    let isDown = false;
    const triedAt: number[] = [];
    const lines = Array.from(
      { length: 300 },
      () =>
        new PacedLine(
          {
            exchange: () => {
              triedAt.push(time.now());
              return Promise.resolve(isDown ? refused : answered);
            },
            close: () => Promise.resolve(),
          },
          { clock: time, alarms: time, turns },
        ),
    );
    const all = () => lines.map((line) => line.exchange({} as ExchangeRequest));
    const areMadeInTurn = (from: number): void => {
      expect(triedAt.length).toBe(300);
      for (let second = from; second < from + 3; second += 1)
        expect(triedAt.filter((at) => Math.floor(at / 1_000) === second).length).toBeLessThanOrEqual(100);
    };
    const first = all();
    await time.runTo(10_000);
    await Promise.all(first);
    areMadeInTurn(0);
    triedAt.length = 0;
    isDown = true;
    await Promise.all(all());
    expect(new Set(triedAt)).toEqual(new Set([10_000]));
    isDown = false;
    triedAt.length = 0;
    const again = all();
    await time.runTo(20_000);
    await Promise.all(again);
    areMadeInTurn(10);
    triedAt.length = 0;
    await Promise.all(all());
    expect(new Set(triedAt)).toEqual(new Set([20_000]));
  });
});
