import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { VtnSignatures } from '../../src/adapters/signing/vtnSignatures.ts';
import { prettyXml } from '../../src/inspector/answers/prettyXml.ts';
import { encodePayload } from '../../src/protocol/payload.ts';
import { Fold, foldLog } from '../../src/shell/fold.ts';
import { WireReader } from '../../src/shell/fromWire.ts';
import { rememberVerified } from '../../src/shell/verifiedBefore.ts';
import { TrustedSigners } from '../../src/signatures/certificates.ts';
import { signXml } from '../../src/signatures/signXml.ts';
import { tamperings, type Tampering } from '../../src/vtn/faults/tampering.ts';
import { pseudonymised } from '../bundle/support/cutting.ts';
import type { AgentWorld } from '../support/agentWorld.ts';
import { at, worldOn } from '../scenarios/support/day.ts';
import { rsaKeyOf, signedWorld } from './support/signing.ts';

const today = '2026-06-10';
const tomorrow = '2026-06-11';

const signedDay = async (...given: Parameters<typeof signedWorld>) => {
  const { vtn, settings, signatures } = await signedWorld(...given);
  const { world } = worldOn({ day: today, hour: 16.75, vtn: { pollFreq: 'PT10M', ...vtn }, settings, signatures });
  return world;
};

const typesOf = async (world: AgentWorld): Promise<readonly string[]> =>
  (await world.entries()).map(({ type }) => type);

const replayed = async (world: AgentWorld) => {
  const fold = await Fold.of(world.log, { verify: true });
  const wires = new WireReader(world.log);
  for await (const entry of world.log.read()) await wires.feed(fold, entry);
  return { ...fold.finish(), decoded: wires.decoded };
};

describe('a day on which all is signed', () => {
  // @row +5.1 +5.13
  it('given both sign, when prices come and usage goes, then each message is recorded as it was sent, quiet polls leave none, and the log replays, from the wire too', async () => {
    const world = await signedDay();
    const sent: string[] = [];
    world.transport.onSent = ({ body }) => void sent.push(body);
    await world.start();
    await world.runTo(at(tomorrow, 0, 20));
    await world.stop();

    expect(world.vtn.complaints).toEqual([]);
    expect(world.agent?.state.alarms ?? {}).toEqual({});
    expect(world.vtn.bookings().length).toBeGreaterThan(0);
    expect(world.vtn.opts.at(-1)).toMatchObject({ optType: 'optIn', responseCode: '200' });
    expect(sent.every((body) => body.includes('<ds:Signature'))).toBe(true);

    const entries = await world.entries();
    const signed = entries.filter(({ type }) => type === 'MessageSigned');
    const decided = entries.filter(({ type }) => type === 'SendRequested');
    expect(signed.length).toBe(decided.length);
    expect(sent.length).toBeGreaterThan(signed.length);
    for (const { position, cause } of signed) {
      expect(sent).toContain(await world.log.wire(position));
      expect(entries.find((entry) => entry.position === cause)?.type).toBe('SendRequested');
    }
    const registration = decided.find(({ data }) => JSON.stringify(data).includes('oadrCreatePartyRegistration'));
    expect(registration?.data).toMatchObject({ message: { oadrXmlSignature: true } });

    const { divergences, decoded } = await replayed(world);
    expect(divergences).toEqual([]);
    expect(decoded).toBeGreaterThan(10);
  });

  it('given signatures that take real time, then virtual time waits for them, and one request is in flight at a time', async () => {
    const { vtn, settings, signatures } = await signedWorld();
    const later = async <T>(work: Promise<T>): Promise<T> => {
      for (let turn = 0; turn < 40; turn += 1) await new Promise(setImmediate);
      return work;
    };
    const slow: typeof signatures = (given) => {
      const port = signatures(given);
      const [sign, verify] = [port.sign.bind(port), port.verify.bind(port)];
      return Object.assign(port, {
        sign: (xml: string) => later(sign(xml)),
        verify: (xml: string, vtnDate?: number) => later(verify(xml, vtnDate)),
      });
    };
    const { world } = worldOn({
      day: today,
      hour: 16.75,
      vtn: { pollFreq: 'PT1M', ...vtn },
      settings,
      signatures: slow,
    });
    await world.start();
    await world.runTo(at(today, 17, 10));
    await world.stop();
    expect(world.vtn.complaints).toEqual([]);
    expect((await typesOf(world)).filter((type) => type === 'ExchangeFailed')).toEqual([]);
  });

  // @row -5.13
  it('given only we sign, or only the VTN does, then each says so, and nobody complains', async () => {
    for (const mode of ['sign', 'verify'] as const) {
      const world = await signedDay(mode);
      await world.start();
      await world.runTo(at(today, 17, 10));
      await world.stop();
      expect(world.vtn.complaints).toEqual([]);
      expect((await typesOf(world)).includes('MessageSigned')).toBe(mode === 'sign');
      expect(world.vtn.opts.at(-1)).toMatchObject({ optType: 'optIn' });
      expect((await replayed(world)).divergences).toEqual([]);
    }
  });

  // @row -5.1 -5.7
  it('given answers that are tampered with, each in another way, then none is taken, each is told with its reason, and the alarm ends by itself', async () => {
    const faults: Readonly<Record<Tampering, string>> = {
      content: 'altered',
      unsigned: 'missing',
      wrapped: 'form',
      foreignKey: 'key',
      old: 'timestamp',
      replayed: 'timestamp', // the last one was minutes ago
    };
    const world = await signedDay();
    await world.start();
    await world.runTo(at(today, 16, 58));
    for (const how of tamperings) world.vtn.faults.next({ do: 'tampered', how, on: 'OadrPoll' });
    await world.runTo(at(today, 17, 59));
    const refused = (await world.entries()).filter(({ type }) => type === 'SignatureRefused');
    expect(refused.map(({ data }) => (data as { readonly fault: string }).fault)).toEqual(
      tamperings.map((how) => faults[how]),
    );
    expect(world.lines.filter((line) => line.startsWith('An answer was not taken'))).toHaveLength(tamperings.length);
    expect(world.agent?.state.alarms).toEqual({});
    expect(world.vtn.opts.at(-1)).toMatchObject({ optType: 'optIn', responseCode: '200' });
    await world.stop();
    expect((await replayed(world)).divergences).toEqual([]);
    expect((await foldLog(world.log, { verify: true })).divergences).toEqual([]);
  });

  it('given a VTN that takes no unsigned message, when ours are not signed, then it refuses us, and we say that our credentials are refused', async () => {
    const { vtn } = await signedWorld('both');
    const { world } = worldOn({ day: today, hour: 16.75, vtn });
    await world.start();
    await world.runTo(at(today, 16, 50));
    expect(world.vtn.complaints[0]).toMatchObject({ rule: '514' });
    expect(world.agent?.state.alarms.credentialsRefused).toBeDefined();
  });
});

describe('a log of signed messages', () => {
  it('given a bundle under pseudonyms, then no certificate and no fingerprint is in it, it says that signatures were left out, and it replays from the wire', async () => {
    const world = await signedDay();
    await world.start();
    await world.runTo(at(today, 16, 58));
    world.vtn.faults.next({ do: 'tampered', how: 'foreignKey', on: 'OadrPoll' });
    await world.runTo(at(today, 17, 30));
    await world.stop();
    const { bundle, bytes } = await pseudonymised(world.log);
    const text = gunzipSync(bytes).toString();
    for (const key of [rsaKeyOf('ven'), rsaKeyOf('vtn')]) {
      expect(text).not.toContain(key.fingerprint);
      expect(text).not.toContain(key.certificate.raw.toString('base64').slice(0, 60));
    }
    expect(text).toContain('The signature was left out');
    const fold = await Fold.of(bundle, { verify: true });
    const wires = new WireReader(bundle);
    for await (const entry of bundle.read()) await wires.feed(fold, entry);
    expect(fold.finish().divergences).toEqual([]);
    expect(wires.decoded).toBeGreaterThan(10);
  });

  it('given a message that was verified before a restart, when it comes again after it, then it is known from the log', async () => {
    const world = await signedDay();
    const brought: string[] = [];
    world.transport.onAnswered = ({ body }) => void (body.includes('oadrDistributeEvent') && brought.push(body));
    await world.start();
    await world.runTo(at(today, 17, 11));
    await world.stop();
    const again = new VtnSignatures({
      material: { key: null, signers: new TrustedSigners('', [rsaKeyOf('vtn').fingerprint]) },
      clock: world.time,
      chance: { uint32: () => 0 },
      windowMs: 86_400_000,
      isStrict: false,
    });
    await rememberVerified(world.log, (told) => again.remember(told));
    expect(brought.length).toBeGreaterThan(0);
    for (const body of brought) expect(await again.verify(body)).toMatchObject({ isValid: false, fault: 'replayed' });
  });

  it('given a signed message, then it is shown with its signature as one line', async () => {
    const { xml } = signXml(
      encodePayload({ message: 'oadrPoll', venID: 'v' }, { isToBeSigned: true }),
      rsaKeyOf('ven'),
      {
        at: 0,
        nonce: 'n-1',
      },
    );
    const shown = prettyXml(xml);
    expect(shown).toMatch(/<ds:Signature>\s*<!-- \d+ characters left out here; nonce n-1 -->\s*<\/ds:Signature>/);
    expect(shown.length).toBeLessThan(700);
  });
});
