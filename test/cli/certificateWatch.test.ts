/** Certificates over a year: what is recorded of them, what a person is told, and what clears by itself. */
import { describe, expect, it } from 'vitest';
import { CertificateWatch } from '../../src/cli/run/certificateWatch.ts';
import { RenewalWatch } from '../../src/cli/run/renewalWatch.ts';
import { initialState, type AgentState } from '../../src/core/state.ts';
import { stepWith } from '../../src/core/step.ts';
import type { CertificateSeen, LineSecurity, RenewalRefused } from '../../src/facts/certificates.ts';
import type { Input, Output } from '../../src/facts/fact.ts';
import { machineVersion } from '../../src/machines/machineVersion.ts';
import { reactions } from '../../src/reactions/reactions.ts';
import { statusText } from '../../src/cli/status/statusText.ts';
import { statusAfter } from '../../src/cli/status/status.ts';
import type { ApiAnswer } from '../../src/inspector/api/paths.ts';
import { settingsFor } from '../support/agentWorld.ts';
import { inspecting, living, livingDay } from '../inspector/support/inspecting.ts';

const dayMs = 86_400_000;
const begin = Date.parse('2026-01-01T00:00:00Z');
const step = stepWith(reactions);

const certificate = (fingerprint: string, fromDay: number, toDay: number) => ({
  subject: 'a name that is not kept',
  issuer: 'another',
  names: ['localhost'],
  selfSigned: false,
  fingerprint,
  key: 'EC P-256',
  validFrom: begin + fromDay * dayMs,
  validTo: begin + toDay * dayMs,
});

const line: LineSecurity = {
  protocol: 'TLSv1.2',
  cipher: 'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256',
  knownBy: 'name',
  revocation: 'unchecked',
};

/** An agent's alarms, as a watch tells it of certificates, by days. */
const watching = (state: AgentState = initialState) => {
  const world = { state, now: begin, position: 0 };
  const told: CertificateSeen[] = [];
  const ports = { clock: { now: () => world.now }, alarms: { ringAt: () => () => undefined } };
  const take = (input: Input): readonly Output[] => {
    world.position += 1;
    const given = { input, stream: 'agent', position: world.position, recordedAt: world.now, runID: 'run', chance: 7 };
    const { state: next, outputs } = step(world.state, given);
    world.state = next;
    return outputs.map(({ fact }) => fact);
  };
  const versions = { agent: '0', machines: machineVersion, node: '20', timeZoneData: '0' };
  take({ type: 'AgentStarted', data: { versions, settings: settingsFor({}) } });
  const watch = new CertificateWatch(ports);
  const isUp = (whose: string): boolean => Object.keys(world.state.alarms).some((key) => key.endsWith(` ${whose}`));
  const start = (): void =>
    watch.begin((data) => {
      told.push(data);
      take({ type: 'CertificateSeen', data });
    }, isUp);
  const on = (day: number): readonly string[] => {
    world.now = begin + day * dayMs;
    watch.look();
    return Object.keys(world.state.alarms);
  };
  return { world, watch, start, on, told, take, ports, alarms: () => world.state.alarms };
};

describe('a certificate that comes to its end', () => {
  // @row +4.8
  it.each([
    ['ours', (given: ReturnType<typeof watching>) => given.watch.takeOurs(certificate('AA', -1, 100))],
    [
      'theirs',
      (given: ReturnType<typeof watching>) =>
        given.watch.takeLine({ certificate: certificate('AA', -1, 100), ...line }),
    ],
  ] as const)('given %s, is told 60, 30 and 7 days ahead, and when it is over', (whose, taking) => {
    const given = watching();
    given.start();
    taking(given);
    expect(given.on(39)).toEqual([]);
    expect(given.on(40)).toEqual([`certificateEnds ${whose}`]);
    expect(given.alarms()[`certificateEnds ${whose}`]).toContain('AA ends on 2026-04-11, within 60 days');
    expect(given.on(69)).toEqual([`certificateEnds ${whose}`]);
    expect(given.told).toHaveLength(2);
    given.on(70);
    expect(given.alarms()[`certificateEnds ${whose}`]).toContain('within 30 days');
    expect(given.on(93)).toEqual([`certificateEndsSoon ${whose}`]);
    expect(given.on(101)).toEqual([`certificateInvalid ${whose}`]);
    expect(given.alarms()[`certificateInvalid ${whose}`]).toContain('expired on 2026-04-11');
    expect(given.told.map(({ standing }) => standing)).toEqual([
      'good',
      'endsWithin60',
      'endsWithin30',
      'endsWithin7',
      'expired',
    ]);
    expect(JSON.stringify(given.told)).not.toContain('a name that is not kept');
  });

  // @row -4.8
  it('given a renewed one, is forgotten, and the next one is recorded', () => {
    const given = watching();
    given.start();
    given.watch.takeOurs(certificate('AA', -1, 5));
    expect(given.on(1)).toEqual(['certificateEndsSoon ours']);
    given.watch.takeOurs(certificate('BB', 0, 400));
    expect(given.alarms()).toEqual({});
    expect(given.told.at(-1)).toMatchObject({ standing: 'good', certificate: { fingerprint: 'BB' } });
  });

  it('given a clock that is set late and then right, is not valid yet, and is good', () => {
    const given = watching();
    given.start();
    given.watch.takeOurs(certificate('AA', 10, 400));
    expect(given.on(2)).toEqual(['certificateInvalid ours']);
    expect(given.alarms()['certificateInvalid ours']).toContain('valid only from 2026-01-11 by this machine’s clock');
    expect(given.on(11)).toEqual([]);
  });

  it('given a run that ended with an alarm and one that begins without a certificate, is over', () => {
    const before = watching();
    before.start();
    before.watch.takeOurs(certificate('AA', -1, 5));
    before.watch.takeLine({ certificate: certificate('CC', -1, 5), ...line });
    expect(Object.keys(before.alarms())).toHaveLength(2);
    const after = watching(before.world.state);
    after.watch.takeOurs(null);
    after.watch.takeLine(null);
    after.start();
    expect(after.alarms()).toEqual({});
    expect(after.told.map(({ certificate: seen }) => seen)).toEqual([null, null]);
  });

  it('given none at all, leaves no word', () => {
    const given = watching();
    given.watch.takeOurs(null);
    given.watch.takeLine(null);
    given.start();
    given.watch.takeOurs(null);
    given.on(1);
    expect(given.told).toEqual([]);
  });

  it('given a VTN that shows two in turns, is recorded once for each, day after day', () => {
    const given = watching();
    given.start();
    const [a, b] = [certificate('AA', -1, 400), certificate('BB', -1, 400)];
    for (let hour = 0; hour < 72; hour += 1) {
      given.world.now = begin + hour * 3_600_000;
      given.watch.takeLine({ certificate: hour % 2 === 0 ? a : b, ...line });
    }
    expect(given.told.length).toBeLessThanOrEqual(6);
  });
});

describe('a VTN whose name is not checked', () => {
  // @row -4.12
  it('given one that expired and a VTN that goes back to the one it had before within the day, is over at once', () => {
    const given = watching();
    const show = (fingerprint: string, toDay: number): void =>
      given.watch.takeLine({ certificate: certificate(fingerprint, -1, toDay), ...line });
    show('AA', 400);
    given.start();
    show('BB', 0.5);
    expect(given.on(0.6)).toEqual(['certificateInvalid theirs']);
    show('AA', 400);
    expect(given.alarms()).toEqual({});
    expect(given.told.map(({ standing }) => standing)).toEqual(['good', 'endsWithin7', 'expired', 'good']);
  });

  it('is an alarm where an authority alone vouches for it, and none where its fingerprint does', () => {
    const given = watching();
    given.start();
    const shown = certificate('AA', -1, 400);
    given.watch.takeLine({ certificate: shown, ...line, knownBy: 'authority' });
    expect(Object.keys(given.alarms())).toEqual(['vtnNameUnchecked theirs']);
    given.watch.takeLine({ certificate: shown, ...line, knownBy: 'fingerprint' });
    expect(given.alarms()).toEqual({});
  });
});

describe('files that are renewed', () => {
  const renewing = () => {
    const given = watching();
    const disk = { files: 'first', problem: null as string | null, tried: 0 };
    const facts: RenewalRefused[] = [];
    const watch = new RenewalWatch(
      given.ports,
      {
        filesNow: () => disk.files,
        takeUp: () => {
          disk.tried += 1;
          return disk.problem;
        },
      },
      (data) => {
        facts.push(data);
        given.take({ type: 'RenewalRefused', data });
      },
    );
    const later = (ms: number): void => {
      given.world.now += ms;
      watch.look();
    };
    return { given, disk, facts, later };
  };

  it('given the same files, are not read', () => {
    const { disk, later } = renewing();
    for (let count = 0; count < 10; count += 1) later(30_000);
    expect(disk.tried).toBe(0);
  });

  it('given a key that is written a little later than its certificate, are no alarm', () => {
    const { disk, facts, later } = renewing();
    Object.assign(disk, { files: 'certificate', problem: 'They do not fit.' });
    later(30_000);
    later(30_000);
    Object.assign(disk, { files: 'both', problem: null });
    later(30_000);
    later(30_000);
    expect(facts).toEqual([]);
    expect(disk.tried).toBe(3);
  });

  it('given a pair that does not fit and stays so, are an alarm, which clears when they fit', () => {
    const { given, disk, facts, later } = renewing();
    Object.assign(disk, { files: 'wrong', problem: 'They do not fit.' });
    for (let count = 0; count < 10; count += 1) later(30_000);
    expect(facts).toEqual([{ isRefused: true, detail: 'They do not fit.' }]);
    expect(given.alarms()['renewalRefused']).toContain('They do not fit.');
    // Mended without another change on the disk: the passphrase was what was wrong.
    disk.problem = null;
    later(30_000);
    expect(given.alarms()).toEqual({});
  });
});

describe('what is known of certificates', () => {
  it('is shown with the state, in the figures, in health and in status: fingerprints, and no names', async () => {
    const world = await livingDay('2026-06-10', '2026-06-09', { hour: 22 }, 1);
    const now = world.time.now();
    const days = (count: number): number => now + count * dayMs + 3_600_000;
    const ours = { fingerprint: 'AA:BB', validFrom: now - dayMs, validTo: days(5), key: 'RSA 2048' };
    const theirs = { ...ours, fingerprint: 'CC:DD', validTo: days(200) };
    const take = (data: CertificateSeen): void =>
      world.agent?.take({ stream: 'agent', input: { type: 'CertificateSeen', data } });
    take({ whose: 'ours', certificate: ours, standing: 'endsWithin7' });
    take({ whose: 'theirs', certificate: theirs, standing: 'good', line: { ...line, knownBy: 'authority' } });
    await world.runTo(now + 60_000);
    const { get } = await inspecting(living(world));
    const { security, alarms, verdict } = (await get('/api/v1/state')).json<ApiAnswer<'state'>>();
    expect(security).toMatchObject({
      line: { cipher: line.cipher, knownBy: 'authority' },
      ours: { fingerprint: 'AA:BB', daysLeft: 5, key: 'RSA 2048' },
      theirs: { fingerprint: 'CC:DD', daysLeft: 200 },
    });
    expect(alarms.map(({ alarm }) => alarm).sort()).toEqual(['certificateEndsSoon', 'vtnNameUnchecked']);
    expect(verdict.level).toBe('trouble');
    const { text } = await get('/metrics');
    expect(text).toContain('ven_certificate_days_left{whose="ours"} 5');
    expect(text).toContain('ven_certificate_days_left{whose="theirs"} 200');
    const { checks } = (await get('/healthz')).json<ApiAnswer<'health'>>();
    expect(checks.filter(({ isPassed }) => !isPassed).map(({ check }) => check)).toEqual(['certificates', 'alarms']);
    const state = world.agent?.state ?? initialState;
    const lines = statusText(await statusAfter(world.log, state, { now, timeZone: 'America/New_York' }));
    expect(lines).toMatch(/TLS +TLSv1\.2, TLS_ECDHE_ECDSA.*; the VTN’s NAME IS NOT CHECKED/);
    expect(lines).toMatch(/own cert +AA:BB \(RSA 2048\), 5 days left/);
    await world.stop();
  });
});
