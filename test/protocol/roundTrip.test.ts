import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePayload, encodePayload, type MessageName } from '../../src/protocol/payload.ts';
import { sharedIsPresent } from '../support/shared.ts';
import { validateAgainstXsd } from '../support/xsd.ts';
import { messages } from './support/arbitraries.ts';
import { triesOf } from '../support/leftOut.ts';

const names = Object.keys(messages) as MessageName[];

describe('what is encoded', () => {
  // @row +13.1
  it.each(names)('as %s comes back unchanged from the strictest reader, with nothing to remark', (name) => {
    fc.assert(
      fc.property(messages[name], (message) => {
        expect(decodePayload(encodePayload(message), { strict: true })).toEqual({ ok: true, message, deviations: [] });
      }),
      { seed: 20_260_131, numRuns: triesOf(60) },
    );
  });

  // @row +1.7 +1.8
  it.each(names)('as %s never mentions schemaLocation and says schemaVersion 2.0b', (name) => {
    fc.assert(
      fc.property(messages[name], (message) => {
        const xml = encodePayload(message);
        expect(xml).toContain(`<oadr:${name} ei:schemaVersion="2.0b"`);
        expect(xml).not.toContain('schemaLocation');
      }),
      { seed: 20_260_131, numRuns: triesOf(10) },
    );
  });
});

describe.skipIf(!sharedIsPresent)('what is encoded, before the schema', () => {
  // @row +13.1
  it.each(names)('is valid as %s', (name) => {
    fc.assert(
      fc.property(messages[name], (message) => {
        expect(validateAgainstXsd(encodePayload(message))).toEqual([]);
      }),
      { seed: 20_260_131, numRuns: triesOf(60) },
    );
  });
});
