import { describe, expect, it } from 'vitest';
import { payloadNames, readPayload, readShared, sharedIsPresent } from '../support/shared.ts';
import { validateAgainstXsd } from '../support/xsd.ts';

const isUtf16 = (bytes: Uint8Array): boolean => bytes[0] === 0xfe && bytes[1] === 0xff;

/** One payload is in UTF-16; as a string it may no longer say so. */
const text = (name: string): string => {
  const bytes = readPayload(name);
  return isUtf16(bytes)
    ? new TextDecoder('utf-16be').decode(bytes).replace(/^<\?xml.*?\?>/, '')
    : new TextDecoder().decode(bytes);
};

/** The verdicts that were reached with xmllint when the payloads were collected. */
const indexedVerdicts = (): Map<string, string> =>
  new Map(
    [...readShared('openadr', 'payloads', 'INDEX.md').matchAll(/^\| `([^`]+)` .*?\| (VALID|INVALID) \|/gm)].map(
      ([, name, verdict]) => [name ?? '', verdict ?? ''],
    ),
  );

describe.skipIf(!sharedIsPresent)('validateAgainstXsd', () => {
  it('finds nothing against a valid poll', () => {
    expect(validateAgainstXsd(text('OadrPoll-oadrPoll_event_polling_request--nhec.xml'))).toEqual([]);
  });

  it('names what is missing in a poll without venID', () => {
    expect(validateAgainstXsd(text('OadrPoll-unvalidationOadrPoll--avob.xml')).join()).toContain('venID');
  });

  it('judges every payload as xmllint did when it was collected', () => {
    const verdicts = payloadNames().map((name) => [
      name,
      validateAgainstXsd(text(name)).length === 0 ? 'VALID' : 'INVALID',
    ]);
    expect(Object.fromEntries(verdicts)).toEqual(Object.fromEntries(indexedVerdicts()));
  });
});
