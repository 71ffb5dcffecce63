/** Reads server-sent events as a browser does. */
import { get, type IncomingMessage } from 'node:http';
import { onTestFinished } from 'vitest';
import { patienceMs } from '../../support/patience.ts';

/** An event as it arrived. */
export interface ServerEvent {
  readonly event: string;
  readonly id: string | null;
  readonly data: Record<string, unknown>;
}

const eventOf = (block: string): ServerEvent | null => {
  const field = (name: string): string | null => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? null;
  const event = field('event');
  return event === null
    ? null
    : { event, id: field('id'), data: JSON.parse(field('data') ?? '{}') as Record<string, unknown> };
};

export class EventReader {
  readonly events: ServerEvent[] = [];
  status = 0;
  isOver = false;
  response: IncomingMessage | null = null;
  readonly #close: () => void;
  #rest = '';
  #look: () => void = () => undefined;

  constructor(port: number, path: string, headers: Readonly<Record<string, string>> = {}) {
    const asked = get(
      { host: '127.0.0.1', port, path, headers: { Host: `127.0.0.1:${port}`, ...headers }, agent: false },
      (response) => {
        this.status = response.statusCode ?? 0;
        this.response = response;
        response.on('data', (chunk: Buffer) => this.#hear(chunk.toString()));
        response.on('close', () => this.#end());
        response.on('error', () => this.#end());
        this.#look();
      },
    );
    asked.on('error', () => this.#end());
    this.#close = () => asked.destroy();
    onTestFinished(() => void asked.destroy());
  }

  /** Positions of the entries so far. */
  get positions(): number[] {
    return this.events.filter(({ event }) => event === 'entry').map(({ data }) => data['position'] as number);
  }

  close(): void {
    this.#close();
  }

  /** Resolves once the condition holds. */
  async until(condition: (reader: this) => boolean): Promise<void> {
    const deadline = Date.now() + patienceMs;
    while (!condition(this)) {
      if (Date.now() > deadline)
        throw new Error(
          `The events did not come; there were ${
            this.events
              .map(({ event, id }) => `${event} ${id ?? ''}`)
              .slice(-20)
              .join(', ') || 'none'
          }.`,
        );
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 100);
        this.#look = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  #hear(text: string): void {
    const blocks = (this.#rest + text).split('\n\n');
    this.#rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = eventOf(block);
      if (event !== null) this.events.push(event);
    }
    this.#look();
  }

  #end(): void {
    this.isOver = true;
    this.#look();
  }
}
