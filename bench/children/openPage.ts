/**
 * A page as a process of its own. While it is open it follows the stream, and asks for the present and the timeline as often as
 * the page does; it is told `open` and `close`, and says when it is so.
 */
import { get, type ClientRequest } from 'node:http';

const base = process.argv[2] ?? '';

/** The page asks no faster. @unit ms */
const stateEveryMs = 120;
const timelineEveryMs = 400;

let isOpen = false;
let stream: ClientRequest | null = null;

const ask = (path: string): Promise<void> =>
  new Promise((resolve) => {
    get(base + path, { agent: false }, (response) => response.resume().on('close', resolve)).on('error', () => resolve());
  });

const again = async (path: string, everyMs: number): Promise<void> => {
  for (;;) {
    const begunAt = performance.now();
    if (isOpen) await ask(path);
    await new Promise((resolve) => setTimeout(resolve, Math.max(5, everyMs - (performance.now() - begunAt))));
  }
};

const open = (): void => {
  stream = get(`${base}/api/v1/stream`, { agent: false }, (response) => {
    response.resume().on('error', () => undefined);
    isOpen = true;
    process.send?.('open');
  }).on('error', () => undefined);
};

process.on('message', (wish) => {
  if (wish === 'open') return open();
  isOpen = false;
  stream?.destroy();
  process.send?.('closed');
});
process.on('disconnect', () => process.exit());
void again('/api/v1/state', stateEveryMs);
void again('/api/v1/timeline?buckets=600', timelineEveryMs);
