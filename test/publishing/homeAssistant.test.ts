/** The whole VEN as a process, its VTN, and a real broker with a stranger at it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newDirectory, startVen, startVtn, ven, type VenProcess } from '../cli/support/venProcess.ts';
import { hasMosquitto, startMosquitto, stranger, type HeardMessage, type Stranger } from '../support/mosquitto.ts';

const base = 'ter-ven/ven/my_ven_';
const at = (tail: string, isMeant: (value: Record<string, unknown>) => boolean = () => true) => {
  return ({ topic, text }: HeardMessage): boolean =>
    topic.startsWith(base) &&
    topic.endsWith(tail) &&
    text !== '' &&
    isMeant(JSON.parse(text) as Record<string, unknown>);
};

interface Run {
  readonly run: VenProcess;
  readonly data: string;
  /** Starts it again on the same log, with other devices. */
  readonly again: (devices: readonly object[]) => Promise<VenProcess>;
  /** Writes another configuration, which nobody has read yet. */
  readonly configure: (devices: readonly object[]) => void;
}

const battery = { kind: 'simulatedBattery', resourceID: 'battery' };

const startRun = async (brokerUrl: string, mqtt: object = {}, devices: readonly object[] = [battery]): Promise<Run> => {
  const { url } = await startVtn();
  const data = newDirectory();
  const config = join(data, 'ven.config.json');
  const configure = (listed: readonly object[]): void =>
    writeFileSync(config, JSON.stringify({ devices: listed, mqtt: { brokerUrl, ...mqtt } }), { mode: 0o600 });
  const start = (listed: readonly object[]): Promise<VenProcess> => {
    configure(listed);
    return startVen(['run', '-v', 'my.ven', '-u', url, '-d', data, '-n', 'Our VEN']);
  };
  return { run: await start(devices), data, again: start, configure };
};

const topicOf = async (home: Stranger, tail: string): Promise<string> =>
  (await home.until(({ topic }) => topic.startsWith(base) && topic.endsWith(tail), tail)).topic;

const lastOf = ({ heard }: Stranger, topic: string): Record<string, unknown> =>
  JSON.parse(heard.filter((each) => each.topic === topic).at(-1)?.text ?? 'null') as Record<string, unknown>;

interface Listed {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const listed = async (data: string, type: string): Promise<readonly Listed[]> => {
  const { stdout } = await ven(['log', 'list', '--json', '--type', type, '-d', data]);
  return stdout
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Listed);
};

describe.skipIf(!hasMosquitto)('a VEN that is published at mosquitto', () => {
  it('is discovered, tells what it knows, is overridden, and outlives broker and Home Assistant', async () => {
    const broker = await startMosquitto();
    const home = await stranger(broker.url);
    const { run, data, again } = await startRun(broker.url);

    // Given that it is announced as Home Assistant reads it, and says that it is there.
    const config = await home.until(
      ({ topic }) => /^homeassistant\/device\/ter_ven_my_ven_[0-9a-f]{6}_battery\/config$/.test(topic),
      'the discovery of the battery',
    );
    const document = JSON.parse(config.text) as {
      readonly components: Readonly<Record<string, { readonly unique_id: string; readonly platform: string }>>;
      readonly origin: object;
      readonly device: { readonly identifiers: readonly string[]; readonly via_device: string };
    };
    expect(document.components['override']).toMatchObject({
      platform: 'select',
      // It takes the state `none` for one that is not known.
      options: ['no override', 'charge', 'discharge', 'hold'],
      value_template: expect.stringContaining("'no override' if value_json.action == 'none'") as string,
      command_template: "{{ 'none' if value == 'no override' else value }}",
    });
    for (const { unique_id: uniqueID } of Object.values(document.components)) {
      expect(uniqueID).toMatch(/^[a-z0-9_]+$/);
      expect(uniqueID).toMatch(/^ter_ven_my_ven_[0-9a-f]{6}_battery_/);
    }
    await home.until(
      ({ topic, text }) => topic.startsWith(base) && topic.endsWith('/availability') && text === 'online',
      'that it is there',
    );
    await home.until(
      at('/price', ({ usdPerKwh }) => typeof usdPerKwh === 'number'),
      'the price',
    );
    const prices = await home.until(
      at('/prices', ({ prices: listed }) => Array.isArray(listed) && listed.length > 0),
      'the prices',
    );
    expect((JSON.parse(prices.text) as { readonly prices: readonly object[] }).prices[0]).toEqual({
      usdPerKwh: expect.any(Number) as number,
      start: expect.stringMatching(/Z$/) as string,
      end: expect.stringMatching(/Z$/) as string,
    });
    await home.until(
      at('/today', ({ earnedUsd }) => typeof earnedUsd === 'number'),
      'the money of the day',
    );
    const override = await topicOf(home, '/devices/battery/override');
    expect(lastOf(home, override)).toEqual({ action: 'none', powerWatts: null, until: null });

    // When somebody at the broker overrides the battery, then it is a fact of the log, is told, and the device does it.
    await home.client.publishAsync(`${override}/set`, '{"action":"charge","powerWatts":2000,"forMs":600000}', {
      qos: 1,
    });
    await home.until(
      at('/devices/battery/override', ({ action, powerWatts }) => action === 'charge' && powerWatts === 2_000),
      'the override',
    );
    await home.until(
      at('/devices/battery/state', ({ setpointWatts }) => setpointWatts === 2_000),
      'the setpoint',
    );
    expect((await listed(data, 'OperatorInstructed')).map(({ data: { by, resourceID } }) => [by, resourceID])).toEqual([
      ['mqtt', 'battery'],
    ]);

    // And what cannot be is refused in a sentence.
    await home.client.publishAsync(`${override}/set`, '{"action":"charge","powerWatts":99000,"forMs":1000}', {
      qos: 1,
    });
    const refused = await home.until(
      at('/answers', ({ accepted }) => accepted === false),
      'a refusal',
    );
    expect(refused.text).toContain('can charge with 5000 W at most');

    const examined = (await ven(['doctor', '-d', data])).stdout.replaceAll(/\s+/g, ' ');
    expect(examined).toContain(`good publishing The broker ${broker.url} takes us`);

    // When Home Assistant starts, then all is announced again.
    const announced = (): number => home.heard.filter(({ topic }) => topic === config.topic).length;
    const before = announced();
    await home.client.publishAsync('homeassistant/status', 'online', { qos: 1 });
    await expect.poll(announced).toBe(before + 1);

    // When the broker is killed and has forgotten everything, then all is told again.
    await broker.stop('SIGKILL');
    await run.until(/is not connected/);
    await broker.start();
    await run.until(/is connected again/);
    const late = await stranger(broker.url);
    await late.until(({ topic }) => topic === config.topic, 'the discovery at the new broker');
    await late.until(
      ({ topic, text }) => topic === override && text.includes('"charge"'),
      'the override at the new broker',
    );

    // When a command has been kept while the VEN was away, then it is not taken, and that is said.
    await run.kill('SIGTERM');
    await late.until(
      ({ topic, text }) => topic.endsWith('/availability') && topic.startsWith(base) && text === 'offline',
      'the good-bye',
    );
    await late.client.publishAsync(`${override}/set`, 'discharge', { qos: 1, retain: true });
    const second = await again([{ ...battery, resourceID: 'another' }, battery]);
    await second.until(/The broker had kept it on .*, and nobody knows how old it is/);
    await late.until(
      at('/answers', ({ accepted, command }) => accepted === false && command === 'discharge'),
      'what came of it',
    );
    expect(await listed(data, 'OperatorInstructed')).toHaveLength(1);
    expect(lastOf(late, override)).toMatchObject({ action: 'charge' });
    await late.until(({ topic }) => topic.endsWith('_another/config'), 'the discovery of another device');

    // And what is not configured any more is taken back.
    expect(await second.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    await again([battery]);
    await late.until(({ topic, text }) => topic.endsWith('_another/config') && text === '', 'that another is gone');
  });

  it('takes a reserve as a number and an override as a choice, keeps both over a restart, and announces anew what a reload changed', async () => {
    const broker = await startMosquitto();
    const home = await stranger(broker.url);
    const { run, data, again, configure } = await startRun(broker.url);
    const say = (topic: string, text: string): Promise<unknown> => home.client.publishAsync(topic, text, { qos: 1 });

    // Given that Home Assistant is offered a number and a choice.
    const config = await home.until(({ topic }) => topic.endsWith('_battery/config'), 'the discovery');
    const { components } = JSON.parse(config.text) as {
      readonly components: Readonly<Record<string, Readonly<Record<string, string>>>>;
    };
    const { reserve = {}, override = {} } = components;
    expect(reserve).toMatchObject({ platform: 'number', min: 0, max: 100, unit_of_measurement: '%' });
    const [setReserve = '', setOverride = ''] = [reserve['command_topic'], override['command_topic']];
    await home.until(
      at('/battery/reserve', ({ percent, until }) => percent === 0 && until === null),
      'that nothing is kept',
    );

    // When a person sets them there, then each is a fact, and what is shown there is what holds.
    await say(setReserve, '40');
    await home.until(
      at('/battery/reserve', ({ percent, until }) => percent === 40 && typeof until === 'string'),
      'the reserve',
    );
    await say(setOverride, 'hold');
    await home.until(
      at('/battery/override', ({ action }) => action === 'hold'),
      'the override',
    );
    await say(setReserve, '250');
    const refused = await home.until(
      at('/answers', ({ accepted }) => accepted === false),
      'a refusal',
    );
    expect(refused.text).toContain('250 is no level: send a number of percent, from 0 to 100.');
    expect(
      (await listed(data, 'OperatorInstructed')).map(({ data: { by, instruction } }) => [by, instruction]),
    ).toEqual([
      ['mqtt', { kind: 'keep', stateOfCharge: 0.4 }],
      ['mqtt', { kind: 'override', action: 'hold' }],
    ]);

    // When the agent is started anew, then both still hold.
    await run.kill('SIGTERM');
    const second = await again([battery]);
    const late = await stranger(broker.url);
    await late.until(
      ({ topic, text }) => /_[0-9a-f]{6}\/availability$/.test(topic) && text === 'online',
      'that it is there again',
    );
    await late.until(
      at('/battery/reserve', ({ percent }) => percent === 40),
      'the reserve after the restart',
    );
    await late.until(
      at('/battery/override', ({ action }) => action === 'hold'),
      'the override after the restart',
    );

    // And each is taken back where it was given.
    await late.client.publishAsync(setOverride, 'none', { qos: 1 });
    await late.client.publishAsync(setReserve, 'none', { qos: 1 });
    await late.until(
      at('/battery/override', ({ action }) => action === 'none'),
      'that the override is over',
    );
    await late.until(
      at('/battery/reserve', ({ percent, until }) => percent === 0 && until === null),
      'that the reserve is over',
    );

    // When the configuration is read again with another device, then it is announced and commanded at once.
    configure([battery, { ...battery, resourceID: 'another' }]);
    process.kill(second.pid, 'SIGHUP');
    const more = await late.until(({ topic }) => topic.endsWith('_another/config'), 'the discovery of another device');
    await late.until(at('/another/state'), 'the state of another device');
    const another = (JSON.parse(more.text) as typeof config & { components: typeof components }).components;
    await late.client.publishAsync(another['reserve']?.['command_topic'] ?? '', '30', { qos: 1 });
    await late.until(
      at('/another/reserve', ({ percent }) => percent === 30),
      'the reserve of another device',
    );

    // And when it is gone, then nothing of it is left at the broker.
    configure([battery]);
    process.kill(second.pid, 'SIGHUP');
    for (const tail of ['_another/config', '/another/state', '/another/reserve', '/another/availability'])
      await late.until(({ topic, text }) => topic.endsWith(tail) && text === '', `that ${tail} is gone`);
    expect(second.hasEnded).toBe(false);
  });

  it('says by its last will that it is gone, and takes no commands where they are not wanted', async () => {
    const broker = await startMosquitto();
    const home = await stranger(broker.url);
    const { run } = await startRun(broker.url, { commands: false });
    const override = await topicOf(home, '/devices/battery/override');
    const config = await home.until(({ topic }) => topic.endsWith('_battery/config'), 'the discovery');
    expect(config.text).not.toContain('command_topic');
    await home.client.publishAsync(`${override}/set`, 'charge', { qos: 1 });
    // What is announced after the command was heard after it, too.
    await home.client.publishAsync('homeassistant/status', 'online', { qos: 1 });
    const announced = (): number => home.heard.filter(({ topic }) => topic === config.topic).length;
    await expect.poll(announced).toBe(2);
    await run.kill('SIGKILL');
    await home.until(
      ({ topic, text }) => topic.startsWith(base) && topic.endsWith('/availability') && text === 'offline',
      'the last will',
    );
    expect(lastOf(home, override)).toMatchObject({ action: 'none' });
    expect(home.heard.filter(({ topic }) => topic.endsWith('/answers'))).toEqual([]);
  });
});
