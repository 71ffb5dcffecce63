import { describe, expect, it } from 'vitest';
import type { SignatureFault } from '../../src/protocol/signature/faults.ts';
import { encodePayload } from '../../src/protocol/payload.ts';
import { tamperedWith, tamperings, type Tampering } from '../../src/vtn/faults/tampering.ts';
import { memoryStorage } from '../support/agentWorld.ts';
import { conversation, type Conversation } from '../support/conversation.ts';
import { distributeEvent, hourMs, minuteMs, oadrEventOf } from '../support/drEventMessages.ts';
import { keyFor, signedWorld } from './support/signing.ts';

const keys = { venKey: keyFor('ven'), vtnKey: keyFor('vtn'), foreignKey: keyFor('stranger') };

/** A VEN that is pushed to, both sides of which sign, and what its VTN signs with. */
const signedPush = async () => {
  const { vtn, settings, signatures } = await signedWorld('both', keys);
  const talk = await conversation({ pushEveryMs: 1_000, vtn, settings, signatures, storage: memoryStorage() });
  await talk.pass(5_000);
  return { talk, signing: vtn.signing };
};

/** A list with one DR event, as it is before it is signed. */
const eventIn = (talk: Conversation, eventID: string): string =>
  encodePayload(distributeEvent([oadrEventOf({ eventID, startAt: talk.now + hourMs })], { requestID: eventID }), {
    isToBeSigned: true,
  });

/** Pushes by hand, as a VTN of its own mind. */
const push = async (talk: Conversation, body: string): Promise<number> => {
  talk.excuse(({ rule }) => rule === '21');
  return (await talk.world.push({ service: 'EiEvent', body })).httpStatus;
};

const faults: Readonly<Record<Tampering, SignatureFault>> = {
  content: 'altered',
  unsigned: 'missing',
  wrapped: 'form',
  foreignKey: 'key',
  old: 'timestamp',
  replayed: 'replayed',
};

describe('what a VTN pushes, signed', () => {
  // @row +5.1 +2.21
  it('given messages that it signs, then they are taken, our replies are signed, and each is recorded as it was given', async () => {
    const { talk } = await signedPush();
    talk.vtn.askReport({ kind: 'oneShot' });
    await talk.hand(distributeEvent([oadrEventOf({ eventID: 'e1', startAt: talk.now + hourMs })], { requestID: 'p1' }));
    expect(talk.drEvent('e1')).toBe('far');
    expect(talk.vtn.pushes.records.map(({ message, status, reply }) => [message, status, reply?.message])).toEqual([
      ['oadrCreateReport', 200, 'oadrCreatedReport'],
      ['oadrDistributeEvent', 200, undefined],
    ]);
    for (const received of await talk.facts('RequestReceived')) expect(received).toHaveProperty('signature.nonce');
    const replies = (await talk.facts('MessageSigned')).filter(({ exchangeID }) => String(exchangeID).includes('.in.'));
    expect(replies).toMatchObject([{ purpose: 'answer' }]);
  });

  // @row -5.1 -5.7
  it.each(tamperings)(
    'given a DR event that is tampered with (%s), then nothing of it is taken, it is refused and told, and the alarm ends with the next that is as it was signed',
    async (how) => {
      const { talk, signing } = await signedPush();
      const last = signing.sign(eventIn(talk, 'e1'), talk.now);
      expect(await push(talk, last)).toBe(200);
      await talk.pass(minuteMs / 2);
      const xml = eventIn(talk, 'e2');
      expect(await push(talk, tamperedWith(how, { xml, at: talk.now, last, signing }))).toBe(403);
      expect(await talk.facts('SignatureRefused')).toMatchObject([{ fault: faults[how], service: 'EiEvent' }]);
      expect(talk.drEvent('e2')).toBeUndefined();
      expect(talk.world.agent?.state.alarms.signatureRefused).toMatch(/^What was pushed was not taken/);
      expect(await push(talk, signing.sign(xml, talk.now))).toBe(200);
      expect(talk.drEvent('e2')).toBe('far');
      expect(talk.world.agent?.state.alarms.signatureRefused).toBeUndefined();
    },
  );

  it('given a DR event that was taken before a restart, when it is pushed again after it, then it is known from the log', async () => {
    const { talk, signing } = await signedPush();
    const body = signing.sign(eventIn(talk, 'e1'), talk.now);
    expect(await push(talk, body)).toBe(200);
    await talk.world.restart();
    await talk.pass(5_000);
    expect(await push(talk, body)).toBe(403);
    expect(await talk.facts('SignatureRefused')).toMatchObject([{ fault: 'replayed' }]);
  });
});
