/**
 * A page as a process of its own. It follows the stream from when it is opened first, and asks for the present and the timeline
 * as often as the page does. It is told `open` and `rest`, and says when it is so: at rest it asks for nothing, while another
 * agent has its turn.
 */
import { get } from 'node:http';

const base = process.argv[2] ?? '';

/** The page asks no faster. @unit ms */
const stateEveryMs = 120;
const timelineEveryMs = 400;

let isOpen = false;
let hasOpened = false;

const ask = (path: string): Promise<void> =>
  new Promise((resolve) => {
    get(base + path, { agent: false }, (response) => response.resume().on('close', resolve)).on('error', () =>
      resolve(),
    );
  });

const again = async (path: string, everyMs: number): Promise<void> => {
  for (;;) {
    const begunAt = performance.now();
    if (isOpen) await ask(path);
    await new Promise((resolve) => setTimeout(resolve, Math.max(5, everyMs - (performance.now() - begunAt))));
  }
};

const open = (): void => {
  const told = (): void => {
    isOpen = true;
    process.send?.('open');
  };
  if (hasOpened) return told();
  hasOpened = true;
  get(`${base}/api/v1/stream`, { agent: false }, (response) => {
    response.resume().on('error', () => undefined);
    told();
  }).on('error', () => undefined);
};

process.on('message', (wish) => {
  if (wish === 'open') return open();
  isOpen = false;
  process.send?.('resting');
});
process.on('disconnect', () => process.exit());
void again('/api/v1/state', stateEveryMs);
void again('/api/v1/timeline?buckets=600', timelineEveryMs);
