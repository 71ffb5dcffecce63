import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { outletOf, type Outlet, type OutletStream } from '../../src/adapters/process/outlet.ts';

const newDirectory = (): string => {
  const directory = mkdtempSync(join(tmpdir(), 'ven-outlet-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
};

const opened = (path: string): number => {
  const fd = openSync(path, 'a');
  onTestFinished(() => closeSync(fd));
  return fd;
};

const fileStream = (fd: number): { fd: number } & Omit<OutletStream, 'fd'> => ({
  fd,
  writableLength: 0,
  write: () => undefined,
  on: () => undefined,
});

/** Both ends of a real connection: one is written to as standard error is, the other is its reader. */
const connected = async (): Promise<{ readonly outlet: Outlet; readonly stream: Socket; readonly reader: Socket }> => {
  const path = join(newDirectory(), 'socket');
  const server = createServer();
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const reader = createConnection(path).on('error', () => undefined);
  const stream = await accepted;
  onTestFinished(() => {
    reader.destroy();
    stream.destroy();
    server.close();
  });
  const { fd } = (stream as Socket & { readonly _handle: { readonly fd: number } })._handle;
  return { outlet: outletOf(Object.assign(stream, { fd })), stream, reader };
};

const line = `${'x'.repeat(1_023)}\n`;

describe('what is said of the work', () => {
  it('given a full disk, costs lines; once there is room again, how many is told', () => {
    const path = join(newDirectory(), 'output');
    const stream = fileStream(opened('/dev/full'));
    const outlet = outletOf(stream);
    outlet.afterLoss((lostLines) => outlet.write(`lost ${lostLines}\n`));
    outlet.write('one\n');
    outlet.write('two\nthree\n');
    stream.fd = opened(path);
    outlet.write('four\n');
    outlet.write('five\n');
    expect(readFileSync(path, 'utf8').trimStart()).toBe('four\nlost 3\nfive\n');
  });

  it('given a reader who stops, costs lines and not memory; once it reads again, how many is told', async () => {
    const { outlet, stream, reader } = await connected();
    const told: number[] = [];
    outlet.afterLoss((lostLines) => told.push(lostLines));
    const lines = 8_000;
    for (let count = 0; count < lines; count += 1) outlet.write(line);
    expect(stream.writableLength).toBeLessThan(2 * 1024 * 1024);
    expect(outlet.isWaiting).toBe(true);
    expect(told).toEqual([]);
    let bytes = 0;
    reader.on('data', (chunk: Buffer) => (bytes += chunk.length));
    await expect.poll(() => told.length).toBe(1);
    await expect.poll(() => outlet.isWaiting).toBe(false);
    await expect.poll(() => bytes / line.length + told[0]!).toBe(lines);
  });

  it('given a reader who has gone, goes nowhere, and does no harm', async () => {
    const { outlet, stream, reader } = await connected();
    const gone = new Promise((resolve) => stream.once('close', resolve));
    reader.destroy();
    while (!stream.destroyed) {
      outlet.write(line);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await gone;
    outlet.write(line);
    expect(outlet.isWaiting).toBe(false);
  });
});
