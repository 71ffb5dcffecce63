import { expect, it } from 'vitest';
import { Fold } from '../../src/shell/fold.ts';
import { WireReader } from '../../src/shell/fromWire.ts';
import { createRandom } from '../../src/vtn/random.ts';
import { tamperings } from '../../src/vtn/faults/tampering.ts';
import { memoryStorage } from '../support/agentWorld.ts';
import { at, worldOn } from '../scenarios/support/day.ts';
import { signedWorld } from './support/signing.ts';

const today = '2026-06-10';
const tomorrow = '2026-06-11';

it.each([1, 2])(
  'given an evening on which answers are lost and tampered with and the VEN is killed, seed %i, then only what was signed counts, all that was sent is recorded as it was sent, and prices are in hand in the end',
  async (seed) => {
    const random = createRandom(seed, 'signed evening');
    const { vtn, settings, signatures } = await signedWorld('both', { windowMs: 600_000 });
    const given = { vtn: { pollFreq: 'PT5M', ...vtn }, settings, signatures, seed, storage: memoryStorage() };
    const { world } = worldOn({ day: today, hour: 16.75, ...given });
    const sent: string[] = [];
    world.transport.onSent = ({ body }) => void sent.push(body);
    await world.start();
    for (let minutes = 5; minutes <= 40; minutes += 5) {
      const how = random.pick(tamperings);
      if (random.chance(0.5)) world.vtn.faults.next({ do: 'tampered', how, on: random.pick(['OadrPoll', 'EiEvent']) });
      if (random.chance(0.2)) world.vtn.faults.next({ do: random.pick(['dropAfter', 'truncated', 'empty']) });
      if (random.chance(0.2)) world.crashFor(random.integer(100, 30_000));
      await world.runTo(at(today, 16, 45 + minutes));
    }
    world.vtn.faults.heal();
    await world.runTo(at(today, 18, 5));
    await world.stop();

    expect(world.vtn.complaints.filter(({ rule }) => rule === '514')).toEqual([]);
    expect(world.agent?.state.alarms ?? {}).toEqual({});
    expect(world.vtn.opts.at(-1)).toMatchObject({
      eventID: world.vtn.events.priceEventOf(tomorrow),
      optType: 'optIn',
      responseCode: '200',
    });
    expect(new Set(sent).size).toBe(sent.length);
    const entries = await world.entries();
    for (const { type, position } of entries)
      if (type === 'MessageSigned') expect(sent).toContain(await world.log.wire(position));
    for (const { type, data } of entries)
      if (type === 'MessageReceived') expect(data).toHaveProperty('signature.nonce');
    const nonces = entries.flatMap(({ type, data }) =>
      type === 'MessageReceived' ? [(data as { readonly signature: { readonly nonce: string } }).signature.nonce] : [],
    );
    expect(new Set(nonces).size).toBe(nonces.length);
    const fold = await Fold.of(world.log, { verify: true });
    const wires = new WireReader(world.log);
    for await (const entry of world.log.read()) await wires.feed(fold, entry);
    expect(fold.finish().divergences).toEqual([]);
  },
);
