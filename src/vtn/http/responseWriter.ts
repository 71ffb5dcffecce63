import type { IncomingMessage, ServerResponse } from 'node:http';
import type { VtnAnswer } from '../answer.ts';

/** Between two bytes of a body that trickles. @unit ms */
const trickleMs = 200;

/** The longest a timer can wait. @unit ms */
const longestTimerMs = 2_147_483_647;

/** What is written is longer than what is announced, in the case of a truncated body: the rest is missing. */
const announcedBytes = (answer: VtnAnswer): number => {
  const bytes = Buffer.byteLength(answer.body);
  return answer.connection === 'cutShort' ? Math.ceil(bytes * 1.5) + 1 : bytes;
};

const writeHead = (response: ServerResponse, answer: VtnAnswer): void => {
  response.writeHead(answer.status, { ...answer.headers, 'Content-Length': String(announcedBytes(answer)) });
};

const trickle = (response: ServerResponse, bytes: Buffer): void => {
  let sent = 0;
  const timer = setInterval(() => {
    if (sent >= bytes.length) response.end();
    else response.write(bytes.subarray(sent, (sent += 1)));
  }, trickleMs);
  response.once('close', () => clearInterval(timer));
};

const write = (request: IncomingMessage, response: ServerResponse, answer: VtnAnswer): void => {
  switch (answer.connection) {
    case 'closed':
      request.socket.destroy();
      return;
    case 'reset':
      request.socket.resetAndDestroy();
      return;
    case 'hanging':
      return;
    case 'cutShort':
      writeHead(response, answer);
      response.write(answer.body, () => request.socket.destroy());
      return;
    case 'trickling':
      writeHead(response, answer);
      return trickle(response, Buffer.from(answer.body));
    case 'answered':
      writeHead(response, answer);
      response.end(answer.body);
  }
};

/** Sends an answer the way it is meant to arrive, or not to. */
export const sendAnswer = (
  request: IncomingMessage,
  response: ServerResponse,
  answer: VtnAnswer,
  timeLapse: number,
): void => {
  if (answer.delayMs === 0) return write(request, response, answer);
  const timer = setTimeout(
    () => write(request, response, answer),
    Math.min(longestTimerMs, answer.delayMs / timeLapse),
  );
  response.once('close', () => clearTimeout(timer));
};
