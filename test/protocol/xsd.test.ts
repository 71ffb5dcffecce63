import { describe, expect, it } from 'vitest';
import { payloadNames, readPayload, readShared, sharedIsPresent } from '../support/shared.ts';
import { validateAgainstXsd } from '../support/xsd.ts';

const text = (name: string): string => new TextDecoder().decode(readPayload(name));

/** The verdicts that were reached with xmllint when the payloads were collected. */
const indexedVerdicts = (): Map<string, string> =>
  new Map([...readShared('openadr', 'payloads', 'INDEX.md').matchAll(/^\| `([^`]+)` .*?\| (VALID|INVALID) \|/gm)].map(([, name, verdict]) => [name ?? '', verdict ?? '']));

describe.skipIf(!sharedIsPresent)('validateAgainstXsd', () => {
  it('finds nothing against a valid poll', () => {
    expect(validateAgainstXsd(text('OadrPoll-oadrPoll_event_polling_request--nhec.xml'))).toEqual([]);
  });

  it('names what is missing in a poll without venID', () => {
    expect(validateAgainstXsd(text('OadrPoll-unvalidationOadrPoll--avob.xml')).join()).toContain('venID');
  });

  it('judges every payload as xmllint did when it was collected', () => {
    const verdicts = payloadNames().map((name) => [name, validateAgainstXsd(text(name)).length === 0 ? 'VALID' : 'INVALID']);
    expect(Object.fromEntries(verdicts)).toEqual(Object.fromEntries(indexedVerdicts()));
  });
});
