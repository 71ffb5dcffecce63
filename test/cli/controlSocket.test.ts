import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { reachAgent, type ControlClient } from '../../src/adapters/control/controlClient.ts';
import { maxQuestionBytes, openDoor, type Answerer, type Door } from '../../src/adapters/control/controlSocket.ts';
import { PathTooLong, socketAddress, socketName } from '../../src/adapters/control/socketAddress.ts';
import { newDirectory } from './support/venProcess.ts';

/** Counts up to `to`, forever without it. */
const counting: Answerer = async function* ({ op, to }, noLonger) {
  if (op === 'fail')
    throw Object.assign(new Error('It went wrong.'), { name: 'LogError', code: 'corrupt', position: 7 });
  for (let number = 0; !noLonger.aborted && number < Number(to ?? Infinity); number += 1) {
    if (to === undefined) await new Promise((resolve) => setTimeout(resolve, 1));
    yield { number, padding: op === 'large' ? 'x'.repeat(10_000) : '' };
  }
};

const door = async (directory: string, answer: Answerer = counting): Promise<Door> => {
  const opened = await openDoor(directory, { answer });
  onTestFinished(() => opened.close());
  return opened;
};

const reach = async (directory: string): Promise<ControlClient> => {
  const client = await reachAgent(directory);
  if (client === null) throw new Error('Nobody is there.');
  onTestFinished(() => client.close());
  return client;
};

const numbers = async (client: ControlClient, question: { op: string; to?: number }): Promise<number[]> => {
  const found: number[] = [];
  for await (const item of client.ask(question)) found.push((item as { number: number }).number);
  return found;
};

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe('the door of an agent', () => {
  it('answers item by item, several questions at once', async () => {
    const directory = newDirectory();
    await door(directory);
    const client = await reach(directory);
    const answers = await Promise.all([
      numbers(client, { op: 'count', to: 5_000 }),
      numbers(client, { op: 'count', to: 3 }),
      numbers(client, { op: 'count', to: 0 }),
    ]);
    expect(answers).toEqual([upTo(5_000), upTo(3), []]);
  });

  it('waits for an asker that reads slowly, and loses nothing', async () => {
    const directory = newDirectory();
    await door(directory);
    const client = await reach(directory);
    const found: number[] = [];
    for await (const item of client.ask({ op: 'large', to: 3_000 })) {
      found.push((item as { number: number }).number);
      if (found.length % 500 === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(found).toEqual(upTo(3_000));
  });

  it('tells what went wrong, with its code and position', async () => {
    const directory = newDirectory();
    await door(directory);
    await expect(numbers(await reach(directory), { op: 'fail' })).rejects.toMatchObject({
      name: 'ControlFailure',
      message: 'It went wrong.',
      failure: { name: 'LogError', code: 'corrupt', position: 7 },
    });
  });

  it('hears that nobody wants to know more', async () => {
    const directory = newDirectory();
    let isCalledOff = false;
    await door(directory, async function* (_question, noLonger, closing) {
      noLonger.addEventListener('abort', () => (isCalledOff = true));
      yield* counting({ op: 'count' }, noLonger, closing);
    });
    const client = await reach(directory);
    for await (const _item of client.ask({ op: 'count' })) break;
    await expect.poll(() => isCalledOff).toBe(true);
  });

  it('belongs to its user alone, from the first moment', async () => {
    const directory = newDirectory();
    await door(directory);
    expect(lstatSync(join(directory, socketName)).mode & 0o777).toBe(0o600);
  });

  it('is gone when it is closed, and its guests know', async () => {
    const directory = newDirectory();
    const opened = await door(directory);
    const client = await reach(directory);
    const asked = numbers(client, { op: 'count' });
    await new Promise((resolve) => setTimeout(resolve, 20));
    await opened.close();
    await expect(asked).rejects.toMatchObject({ failure: { code: 'closed' } });
    await expect(numbers(client, { op: 'count', to: 1 })).rejects.toMatchObject({ failure: { code: 'closed' } });
    expect(existsSync(join(directory, socketName))).toBe(false);
    expect(await reachAgent(directory)).toBeNull();
  });

  it('takes the place of one that a killed agent left', async () => {
    const directory = newDirectory();
    const script =
      "require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))";
    expect(spawnSync(process.execPath, ['-e', script, join(directory, socketName)]).signal).toBe('SIGKILL');
    expect(existsSync(join(directory, socketName))).toBe(true);
    expect(await reachAgent(directory)).toBeNull();
    await door(directory);
    expect(await numbers(await reach(directory), { op: 'count', to: 2 })).toEqual([0, 1]);
  });

  it('does not take the place of a file that is something else', async () => {
    const directory = newDirectory();
    writeFileSync(join(directory, socketName), 'mine');
    await expect(door(directory)).rejects.toThrow(/ven\.sock is in the way .* move it away and start again\.$/);
  });

  it('is found although the path is too long for a socket', async () => {
    const directory = join(newDirectory(), 'd'.repeat(90), 'e'.repeat(60));
    mkdirSync(directory, { recursive: true });
    expect(() => socketAddress(directory, 'darwin')).toThrow(PathTooLong);
    if (process.platform !== 'linux') return;
    await door(directory);
    expect(await numbers(await reach(directory), { op: 'count', to: 2 })).toEqual([0, 1]);
    expect(lstatSync(join(directory, socketName)).mode & 0o777).toBe(0o600);
  });
});

describe('whoever speaks another language', () => {
  const say = (directory: string, text: string): Promise<string> =>
    new Promise((resolve) => {
      let heard = '';
      const socket = connect(join(directory, socketName), () => socket.write(text));
      socket.on('data', (chunk) => (heard += chunk.toString()));
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(heard));
    });

  it.each([
    ['no JSON', 'GET / HTTP/1.1\n\n'],
    ['no question', '{"id":1}\n'],
    ['a number that is none', '{"id":"x","ask":{"op":"count"}}\n'],
    ['null', 'null\n'],
    ['a line without end', 'x'.repeat(maxQuestionBytes + 1)],
  ])('is told so and shown out: %s', async (_what, text) => {
    const directory = newDirectory();
    await door(directory);
    expect(await say(directory, text)).toContain('"failure"');
    expect(await numbers(await reach(directory), { op: 'count', to: 1 })).toEqual([0]);
  });
});

describe('an agent that is not well', () => {
  it('that ends in the middle of an answer leaves nobody waiting', async () => {
    const directory = newDirectory();
    const server = createServer(
      (socket) =>
        void socket.once('data', () =>
          socket.write('{"id":1,"item":{"number":0}}\n{"id":1,"it', () => socket.destroy()),
        ),
    );
    await new Promise<void>((resolve) => server.listen(join(directory, socketName), resolve));
    onTestFinished(() => void server.close());
    await expect(numbers(await reach(directory), { op: 'count' })).rejects.toMatchObject({
      failure: { code: 'closed' },
    });
  });

  it('that answers nonsense is not believed', async () => {
    const directory = newDirectory();
    const server = createServer((socket) => void socket.once('data', () => socket.write('<html>\n')));
    await new Promise<void>((resolve) => server.listen(join(directory, socketName), resolve));
    onTestFinished(() => void server.close());
    await expect(numbers(await reach(directory), { op: 'count' })).rejects.toMatchObject({
      failure: { code: 'unreadable' },
    });
  });

  it('that hangs is waited for only so long', async () => {
    const directory = newDirectory();
    const server = createServer(() => undefined);
    await new Promise<void>((resolve) => server.listen(join(directory, socketName), resolve));
    const client = await reachAgent(directory, 200);
    await expect(numbers(client as ControlClient, { op: 'count' })).rejects.toMatchObject({
      failure: { code: 'silent' },
    });
    client?.close();
    server.close();
  });
});
