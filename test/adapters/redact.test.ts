import { describe, expect, it } from 'vitest';
import { createRedactor, secretsOf } from '../../src/adapters/secrets/redact.ts';
import { Secret } from '../../src/adapters/secrets/secret.ts';
import { parseVtnUrl } from '../../src/adapters/secrets/vtnUrl.ts';
import { CANARY, CANARY_PASSPHRASE, CANARY_PATH, canaryUrl, expectNoCanary } from '../support/canary.ts';

const url = parseVtnUrl(canaryUrl());
const redactor = createRedactor([...secretsOf(url), new Secret(CANARY_PASSPHRASE)]);

describe('the redactor', () => {
  it.each([
    ['as written in the URL', `POST ${canaryUrl()}/OadrPoll failed`],
    ['decoded', `token ${CANARY}!`],
    ['percent-encoded once more', `?u=${encodeURIComponent(CANARY_PATH)}`],
    ['with small hexadecimal digits', CANARY_PATH.toLowerCase()],
    ['inside JSON', JSON.stringify({ token: CANARY })],
    ['inside XML', '<u>canary-7f3a!tok en&amp;&quot;0b&quot;</u>'],
    ['in base64', Buffer.from(CANARY).toString('base64')],
    ['in the path alone', url.secretPath.reveal()],
    ['as a passphrase', `bad decrypt: ${CANARY_PASSPHRASE}`],
  ])('hides the secret %s', (_form, text) => {
    expectNoCanary(redactor.text(text));
    expect(redactor.text(text)).toContain('***');
  });

  it('leaves other text as it is', () => {
    const text = 'POST https://vtn.example/OpenADR2/Simple/2.0b/OadrPoll answered 200';
    expect(redactor.text(text)).toBe(text);
  });

  it('hides message, stack, causes and aggregated errors', () => {
    const inner = new Error(`connect to ${canaryUrl()}`);
    const error = new AggregateError([inner, new TypeError(CANARY)], `both failed at ${CANARY_PATH}`, { cause: inner });
    const shown = redactor.error(error);
    expectNoCanary(shown);
    expect(shown).toContain('both failed at ***');
    expect(shown).toContain('caused by');
    expect(shown).toContain('connect to https://vtn.example/***/OpenADR2/Simple/2.0b');
  });

  it('hides secrets anywhere in a value: keys, values, lists, errors and what serialises itself', () => {
    const shown = JSON.stringify(
      redactor.json({
        [CANARY]: 1,
        list: [canaryUrl(), { deep: CANARY_PASSPHRASE }],
        error: Object.assign(new Error(CANARY), { code: 'E', request: { path: canaryUrl() } }),
        url,
        itself: { toJSON: () => canaryUrl() },
        count: 3n,
      }),
    );
    expectNoCanary(shown);
    expect(JSON.parse(shown)).toMatchObject({ error: { code: 'E', message: '***' }, count: '3' });
  });

  it('follows a value that contains itself only so far', () => {
    const loop: Record<string, unknown> = { token: CANARY };
    loop['self'] = loop;
    expectNoCanary(JSON.stringify(redactor.json(loop)));
  });

  it('hides a secret of few characters only between slashes, so that logs stay readable', () => {
    const short = createRedactor(secretsOf(parseVtnUrl('https://vtn.example/v1/OpenADR2/Simple/2.0b')));
    expect(short.text('v1.2 at /v1/OpenADR2')).toBe('v1.2 at /***/OpenADR2');
  });

  it('hides each part of a prefix of several parts', () => {
    const parts = createRedactor(secretsOf(parseVtnUrl('https://vtn.example/tenant/s3cr3t/OpenADR2/Simple/2.0b')));
    expect(parts.text('/tenant/s3cr3t/OpenADR2 and s3cr3t')).toBe('/***/OpenADR2 and ***');
  });

  it('without secrets, changes nothing', () => {
    expect(createRedactor([]).text('a')).toBe('a');
    expect(secretsOf(parseVtnUrl('https://vtn.example/OpenADR2/Simple/2.0b'))).toEqual([]);
  });
});
