import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parseVtnUrl } from '../../src/adapters/secrets/vtnUrl.ts';
import { CANARY_PATH, canaryUrl, expectNoCanary } from '../support/canary.ts';

describe('a VTN URL', () => {
  it('given the reference client’s default, is taken apart into origin, secret path and services', () => {
    const url = parseVtnUrl('http://localhost:8000/auth-token/OpenADR2/Simple/2.0b');
    expect(url.origin).toBe('http://localhost:8000');
    expect(url.secretPath.reveal()).toBe('/auth-token/OpenADR2/Simple/2.0b');
    expect(url.secretPrefix.reveal()).toBe('auth-token');
    expect(url.alias).toBe('http://localhost:8000/***/OpenADR2/Simple/2.0b');
    expect(url.endsAsStandard).toBe(true);
    expect(url.service('OadrPoll')).toBe('/auth-token/OpenADR2/Simple/2.0b/OadrPoll');
  });

  it.each([
    [
      'no prefix',
      'https://vtn.example/OpenADR2/Simple/2.0b',
      '/OpenADR2/Simple/2.0b/EiEvent',
      'https://vtn.example/OpenADR2/Simple/2.0b',
    ],
    [
      'a last slash',
      'https://vtn.example/t0ken/OpenADR2/Simple/2.0b/',
      '/t0ken/OpenADR2/Simple/2.0b/EiEvent',
      'https://vtn.example/***/OpenADR2/Simple/2.0b',
    ],
    [
      'several slashes',
      'https://vtn.example/t0ken/OpenADR2/Simple/2.0b///',
      '/t0ken/OpenADR2/Simple/2.0b/EiEvent',
      'https://vtn.example/***/OpenADR2/Simple/2.0b',
    ],
    [
      'a prefix of several parts',
      'https://vtn.example/a/b/c/OpenADR2/Simple/2.0b',
      '/a/b/c/OpenADR2/Simple/2.0b/EiEvent',
      'https://vtn.example/***/OpenADR2/Simple/2.0b',
    ],
    [
      'white space around',
      '  https://vtn.example:8443/t0ken/OpenADR2/Simple/2.0b\n',
      '/t0ken/OpenADR2/Simple/2.0b/EiEvent',
      'https://vtn.example:8443/***/OpenADR2/Simple/2.0b',
    ],
    [
      'a percent-encoded token',
      'https://vtn.example/a%2Fb/OpenADR2/Simple/2.0b',
      '/a%2Fb/OpenADR2/Simple/2.0b/EiEvent',
      'https://vtn.example/***/OpenADR2/Simple/2.0b',
    ],
    [
      'another way to write the ending',
      'https://vtn.example/t0ken/openadr2/simple/2.0b',
      '/t0ken/openadr2/simple/2.0b/EiEvent',
      'https://vtn.example/***/openadr2/simple/2.0b',
    ],
  ])('with %s, keeps the path as the operator wrote it and masks the prefix', (_what, given, service, alias) => {
    const url = parseVtnUrl(given);
    expect(url.service('EiEvent')).toBe(service);
    expect(url.alias).toBe(alias);
  });

  it('without the standard ending, is accepted, wholly secret, and says so', () => {
    const url = parseVtnUrl('https://vtn.example/somewhere/else');
    expect(url.service('EiReport')).toBe('/somewhere/else/EiReport');
    expect(url.alias).toBe('https://vtn.example/***');
    expect(url.endsAsStandard).toBe(false);
  });

  it.each([
    ['other text', 'vtn.example/x', 'must begin with https://'],
    ['another scheme', 'ftp://vtn.example/x', 'must begin with https://'],
    ['an unreadable host', 'https://[zz]/x', 'cannot be read as a URL'],
    ['a user name', `https://me:${CANARY_PATH}@vtn.example/OpenADR2/Simple/2.0b`, 'user name or a password'],
    ['a query', `${canaryUrl()}?token=${CANARY_PATH}`, '"?" or "#"'],
    ['one service', `${canaryUrl()}/EiEvent`, 'name of one service'],
    ['plain http to another machine', canaryUrl('http://vtn.example'), '--allow-plain-http'],
    ['plain http to a name that only looks local', canaryUrl('http://localhost.vtn.example'), '--allow-plain-http'],
  ])('with %s, is refused with the reason and without showing its text', (_what, given, reason) => {
    const failure = (() => {
      try {
        parseVtnUrl(given);
      } catch (error) {
        return error as Error;
      }
      throw new Error('The URL was accepted.');
    })();
    expect(failure.message).toContain(reason);
    expectNoCanary(inspect(failure));
  });

  it.each(['http://localhost/x', 'http://127.0.0.1:8000/x', 'http://[::1]:8000/x'])(
    'on loopback (%s), may be plain http',
    (given) => {
      expect(parseVtnUrl(given).origin).toMatch(/^http:/);
    },
  );

  it('by explicit permission, may be plain http to another machine', () => {
    expect(parseVtnUrl('http://vtn.example/x/OpenADR2/Simple/2.0b', { allowPlainHttp: true }).origin).toBe(
      'http://vtn.example',
    );
  });

  it('shows no secret when printed whole', () => {
    const url = parseVtnUrl(canaryUrl());
    expectNoCanary(inspect(url, { depth: 9, showHidden: true }));
    expectNoCanary(JSON.stringify(url));
    expectNoCanary(url.alias);
  });
});
