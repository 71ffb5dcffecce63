import { describe, expect, it } from 'vitest';
import { classifyNetworkError } from '../../src/adapters/http/exchangeFailure.ts';
import { causeAndRemedy } from '../../src/inspector/answers/causeAndRemedy.ts';

const failing = (code: string): string =>
  classifyNetworkError(Object.assign(new Error(code), { code }), {
    host: 'vtn.example',
    encrypted: true,
    requestStarted: false,
    answerStarted: false,
  }).detail;

describe('cause and remedy', () => {
  it.each([
    [
      failing('ECONNREFUSED'),
      'Nobody listens at the VTN vtn.example (connection refused)',
      'Check host and port, or wait until the VTN runs',
    ],
    [
      'The VTN v answered HTTP 401: it does not accept our credentials: check the token in the VTN URL.',
      'The VTN v answered HTTP 401: it does not accept our credentials',
      'Check the token in the VTN URL',
    ],
    [failing('EPROTO'), 'The TLS connection to the VTN vtn.example could not be made (EPROTO)', null],
    ['no answer within 30 s', 'no answer within 30 s', null],
  ])('given %j, then each half stands alone', (detail, cause, remedy) => {
    expect(causeAndRemedy(detail)).toEqual({ cause, remedy });
  });
});
