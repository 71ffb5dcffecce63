import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { KeptConnection } from '../../src/adapters/http/keptConnection.ts';
import { rawServer } from '../support/servers.ts';

/** A connection to a server that answers every piece it reads, and what that has read. */
const connected = async () => {
  const read: string[] = [];
  const origin = await rawServer((socket) =>
    socket.on('data', (piece) => {
      read.push(String(piece));
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    }),
  );
  const socket = connect(Number(new URL(origin).port), '127.0.0.1');
  await once(socket, 'connect');
  const connection = new KeptConnection(socket, 60_000);
  onTestFinished(() => connection.destroy());
  return { connection, socket, read };
};

/** What a request over it comes to. */
const asked = (agent: KeptConnection): Promise<string> =>
  new Promise((resolve) => {
    const asking = request({ agent, method: 'POST', path: '/', headers: { host: 'vtn.example' } });
    asking.on('error', ({ code }: NodeJS.ErrnoException) => resolve(code ?? 'without a code'));
    asking.on('response', (response) => response.resume().on('end', () => agent.whenFree(() => resolve('answered'))));
    asking.end();
  });

it('serves one request after the other', async () => {
  const { connection, read } = await connected();
  expect([await asked(connection), await asked(connection)]).toEqual(['answered', 'answered']);
  expect(read).toHaveLength(2);
});

it('fails a request unsent that comes while another one is under way, and serves that one', async () => {
  const { connection, read } = await connected();
  expect(await Promise.all([asked(connection), asked(connection)])).toEqual(['answered', 'ECONNRESET']);
  expect(read).toHaveLength(1);
});

it('fails a request unsent once it is closed', async () => {
  const { connection, socket, read } = await connected();
  connection.destroy();
  expect(socket.destroyed).toBe(true);
  expect(await asked(connection)).toBe('ECONNRESET');
  expect(read).toEqual([]);
});
