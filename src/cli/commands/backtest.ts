import { BACKTEST_OPTIONS } from '../backtest/backtestOptions.ts';
import type { Command } from '../command.ts';

/** `ven backtest` */
export const backtestCommand: Command = {
  name: 'ven backtest',
  summary: 'what your devices would have earned at prices from a file',
  help: `
    Lives through the prices of a file as the agent would have: it plans whenever prices are published, knowing those and no
    others, for the devices of the configuration; without one, for a battery of 13.5 kWh and 5 kW that gives back 90 % and
    wears off $0.02 with each kWh that it delivers. Nothing is written to the log.

    Beside what it earns stand what was possible with all prices known, what doing nothing comes to, and what the scripts
    come to that people write: the four cheapest and dearest hours of each day, the same on days on which that pays, and
    fixed hours. All money is less wear. A battery starts as its configuration says, half full as a rule; what is stored at
    the start and at the end is valued at one price, the middle one of the file. A load that needs energy by a time each
    day draws it as planned; in the rows without a plan it runs at once, with all its power. What it draws is a cost in all.

    The file is CSV with a header: start,price, where a start has its offset (2026-11-01T17:00-05:00) and a price is in
    USD/kWh. Other headers are declared: --columns "time=Start,price=Rate"; the meaning may also be end, date, minutes, zone,
    priceCents and pricePerMwh. A price holds until the next start; days may have 23 or 25 hours. A start without offset is
    read as local time where that is certain.`,
  options: BACKTEST_OPTIONS,
  examples: [
    ['ven backtest --prices prices.csv', 'what a home battery would have earned'],
    [
      'ven backtest --prices lmp.csv --columns "time=Begin,pricePerMwh=LMP" --from 2026-01-01',
      'half a year of market prices',
    ],
    ['ven backtest --prices prices.csv --config mine.json --json', 'the same for your own devices, for a program'],
  ],
  run: async (given, surroundings) => (await import('../backtest/backtest.ts')).backtestBody(given, surroundings),
};
