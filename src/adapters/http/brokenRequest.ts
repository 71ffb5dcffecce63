/** What is said to bytes that are no request: they never become one, and so no answer to one. @rule 2.0b §9.1.5 */
import { STATUS_CODES } from 'node:http';

const statuses: Readonly<Record<string, number>> = {
  HPE_INVALID_METHOD: 501,
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** The status for what Node's parser found by this code; null: there was no HTTP to break. */
export const statusOfBroken = (code: string): number | null =>
  /^(HPE|ERR_HTTP)_/.test(code) ? (statuses[code] ?? 400) : null;

/** An answer of a status alone, after which the connection ends. */
export const bareAnswer = (status: number): string =>
  `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`;
