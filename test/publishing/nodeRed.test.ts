/** A stranger's program at the broker: Node-RED, with the flow of the guide. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type DaySpan, dayOf, hoursOf, nextDay } from '../../src/programme/calendar.ts';
import { newDirectory, startVen, startVtn, ven } from '../cli/support/venProcess.ts';
import { hasMosquitto, startMosquitto, stranger } from '../support/mosquitto.ts';
import { hasNodeRed, startNodeRed } from '../support/nodeRed.ts';

type Node = Readonly<Record<string, unknown>>;

const flowOf = (brokerUrl: string): readonly Node[] => {
  const { hostname, port } = new URL(brokerUrl);
  const flow = JSON.parse(readFileSync('docs/guides/node-red-flow.json', 'utf8')) as readonly Node[];
  return flow.map((node) => (node['type'] === 'mqtt-broker' ? { ...node, broker: hostname, port } : node));
};

/** A file of one price for all hours of yesterday, today and the days after. */
const pricesAlike = (directory: string, usdPerKwh: string): string => {
  const timeZone = 'America/New_York';
  const days = [dayOf(Date.now() - 86_400_000, timeZone)];
  for (let count = 0; count < 4; count += 1) days.push(nextDay(days.at(-1) as DaySpan, timeZone));
  const rows = days.flatMap(hoursOf).map((at) => `${new Date(at).toISOString().slice(0, 19)}Z,${usdPerKwh}`);
  const path = join(directory, 'prices.csv');
  writeFileSync(path, `start,price\n${rows.join('\n')}\n`);
  return path;
};

const asObject = (text: string): Readonly<Record<string, unknown>> =>
  JSON.parse(text) as Readonly<Record<string, unknown>>;

describe.skipIf(!hasMosquitto || !hasNodeRed)('a flow of Node-RED', () => {
  it('answers a price, and overrides the battery until the hour ends', async () => {
    const data = newDirectory();
    const broker = await startMosquitto();
    const home = await stranger(broker.url);
    const { url } = await startVtn(['--prices', pricesAlike(data, '0.95')]);

    // Given Node-RED with the flow of the guide, at the same broker.
    await startNodeRed(flowOf(broker.url));

    // When the VEN comes and tells the price of the hour.
    writeFileSync(
      join(data, 'ven.config.json'),
      JSON.stringify({
        devices: [{ kind: 'simulatedBattery', resourceID: 'battery' }],
        mqtt: { brokerUrl: broker.url },
      }),
      { mode: 0o600 },
    );
    await startVen(['run', '-v', 'my.ven', '-u', url, '-d', data]);
    const price = await home.until(
      ({ topic, text }) => topic.endsWith('/price') && text !== '' && asObject(text)['usdPerKwh'] !== null,
      'the price',
    );
    expect(asObject(price.text)).toMatchObject({ usdPerKwh: 0.95 });

    // Then the flow answers, the VEN takes it, and the battery does it.
    const accepted = await home.until(
      ({ topic, text }) => topic.endsWith('/answers') && asObject(text)['accepted'] === true,
      'what came of the command',
    );
    expect(asObject(accepted.text)['command']).toContain('"action":"discharge","powerWatts":2500');
    await home.until(
      ({ topic, text }) =>
        topic.endsWith('/devices/battery/state') && text !== '' && asObject(text)['setpointWatts'] === -2_500,
      'the setpoint',
    );
    const { stdout } = await ven(['status', '-d', data]);
    expect(stdout).toMatch(/discharge/);
  });
});
