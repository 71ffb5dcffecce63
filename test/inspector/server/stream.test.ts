/** The stream of entries: complete, resumable, the same for all, and never a burden. */
import { describe, expect, it } from 'vitest';
import { streamEvents } from '../../../src/inspector/api/entries.ts';
import { streamsLimit } from '../../../src/inspector/server/inspectorView.ts';
import type { Draft } from '../../../src/facts/entry.ts';
import { openMemoryEventLog } from '../../../src/store/memory/memoryEventLog.ts';
import type { EventLog } from '../../../src/store/eventLog.ts';
import { atRest, inspecting } from '../support/inspecting.ts';
import { EventReader } from '../support/eventSource.ts';

/** A reading as a device might have told it; `padding` makes it long. */
const reading = (boundaryAt: number, padding = ''): Draft => ({
  recordedAt: boundaryAt,
  runID: 'run',
  direction: 'in',
  stream: 'device/meter',
  type: 'MeterReadFailed',
  version: 1,
  data: { resourceID: 'meter', boundaryAt, quality: 'Comm Failure', detail: `no answer ${padding}` },
  cause: null,
  chance: 0,
});

const append = (log: EventLog, from: number, count: number, padding?: string): Promise<unknown> =>
  log.append(Array.from({ length: count }, (_, index) => reading((from + index) * 1_000, padding)));

const numbers = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('the stream of entries', () => {
  it('given entries before and while it is open, when it begins at a position, then each comes once, in order, with its position as id', async () => {
    const log = openMemoryEventLog();
    await append(log, 0, 10);
    const { inspector } = await inspecting(atRest(log));
    const reader = new EventReader(inspector.port, '/api/v1/stream?from=4');
    await reader.until(({ positions }) => positions.length === 6);
    await append(log, 10, 5);
    await reader.until(({ positions }) => positions.length === 11);
    expect(reader.positions).toEqual(numbers(4, 14));
    const entries = reader.events.filter(({ event }) => event === 'entry');
    expect(entries.map(({ id }) => Number(id))).toEqual(numbers(4, 14));
    for (const { event, data } of reader.events)
      expect(streamEvents[event as keyof typeof streamEvents].parse(data)).toEqual(data);
    expect(reader.events[0]?.event).toBe('hello');
  });

  it('given a client that was cut off, when it comes again with its last id, then nothing is missing and nothing comes twice', async () => {
    const log = openMemoryEventLog();
    await append(log, 0, 3);
    const { inspector } = await inspecting(atRest(log));
    const first = new EventReader(inspector.port, '/api/v1/stream?from=0');
    await first.until(({ positions }) => positions.length === 3);
    first.close();
    await append(log, 3, 4);
    const again = new EventReader(inspector.port, '/api/v1/stream?from=0', {
      'Last-Event-ID': String(first.positions.at(-1)),
    });
    await again.until(({ positions }) => positions.length === 4);
    expect([...first.positions, ...again.positions]).toEqual(numbers(0, 6));
  });

  it('given no position, when it is opened, then only what is recorded from then on comes', async () => {
    const log = openMemoryEventLog();
    await append(log, 0, 3);
    const { inspector } = await inspecting(atRest(log));
    const reader = new EventReader(inspector.port, '/api/v1/stream');
    await reader.until(({ events }) => events.some(({ event }) => event === 'hello'));
    await append(log, 3, 2);
    await reader.until(({ positions }) => positions.length === 2);
    expect(reader.positions).toEqual([3, 4]);
  });

  it('given a filter, when entries come, then only those that are meant do', async () => {
    const log = openMemoryEventLog();
    await append(log, 0, 3);
    await log.append([{ ...reading(9_000), stream: 'device/other' }]);
    const { inspector } = await inspecting(atRest(log));
    const reader = new EventReader(inspector.port, '/api/v1/stream?from=0&stream=device/other');
    await reader.until(({ positions }) => positions.length === 1);
    expect(reader.positions).toEqual([3]);
  });

  it('given two clients and one that does not read, when much is recorded, then both get all of it, and the third is told and let go', async () => {
    const log = openMemoryEventLog();
    await append(log, 0, 1);
    const { inspector } = await inspecting(atRest(log), { slowAfterMs: 300 });
    const readers = [
      new EventReader(inspector.port, '/api/v1/stream?from=0'),
      new EventReader(inspector.port, '/api/v1/stream?from=0'),
    ];
    const slow = new EventReader(inspector.port, '/api/v1/stream?from=0');
    await slow.until(({ response }) => response !== null);
    slow.response?.pause();
    for (let from = 1; from <= 3_000; from += 500) await append(log, from, 500, 'x'.repeat(4_000));
    for (const reader of readers) await reader.until(({ positions }) => positions.length === 3_001);
    for (const { positions } of readers) expect(positions).toEqual(numbers(0, 3_000));
    await readers[0]?.until(() => inspector.streams === 2);
    slow.response?.resume();
    await slow.until(({ isOver }) => isOver);
    // It got a beginning of the log without a hole; whether the last words reached it is up to its own buffer.
    expect(slow.positions).toEqual(numbers(0, slow.positions.length - 1));
    expect(slow.positions.length).toBeLessThan(3_001);
  });

  it('given as many streams as there may be, when one more is opened, then it is refused and told when to come again', async () => {
    const { inspector, get } = await inspecting(atRest(openMemoryEventLog()));
    const readers = Array.from({ length: streamsLimit }, () => new EventReader(inspector.port, '/api/v1/stream'));
    for (const reader of readers) await reader.until(({ events }) => events.length > 0);
    const refused = await get('/api/v1/stream');
    expect(refused.status).toBe(503);
    expect(refused.headers['retry-after']).toBe('5');
    readers[0]?.close();
    await readers[1]?.until(() => inspector.streams < streamsLimit);
    const next = new EventReader(inspector.port, '/api/v1/stream');
    await next.until(({ status }) => status === 200);
  });

  it('given an agent that is restarted, when its log is looked at anew, then the client is told, comes again, and misses nothing', async () => {
    const log = openMemoryEventLog();
    await append(log, 0, 3);
    const { inspector } = await inspecting(atRest(log));
    const before = new EventReader(inspector.port, '/api/v1/stream?from=0');
    await before.until(({ positions }) => positions.length === 3);
    await append(log, 3, 2);
    inspector.look(atRest(log));
    await before.until(({ isOver }) => isOver);
    expect(before.events.at(-1)).toMatchObject({ event: 'bye', data: { because: 'closing' } });
    const after = new EventReader(inspector.port, '/api/v1/stream?from=0', {
      'Last-Event-ID': String(before.positions.at(-1)),
    });
    await append(log, 5, 1);
    await after.until(({ positions }) => positions.at(-1) === 5);
    expect([...before.positions, ...after.positions]).toEqual(numbers(0, 5));
  });
});
