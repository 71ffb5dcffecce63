/** An open page as a process of its own: it follows the stream, and asks for the present and the timeline as often as the page does. */
import { get } from 'node:http';

const base = process.argv[2] ?? '';

/** The page asks no faster. @unit ms */
const stateEveryMs = 120;
const timelineEveryMs = 400;

const ask = (path: string): Promise<void> =>
  new Promise((resolve) => {
    get(base + path, { agent: false, headers: { 'Accept-Encoding': 'gzip' } }, (response) => response.resume().on('close', resolve)).on('error', () => resolve());
  });

const again = async (path: string, everyMs: number): Promise<void> => {
  for (;;) {
    const begunAt = performance.now();
    await ask(path);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, everyMs - (performance.now() - begunAt))));
  }
};

get(`${base}/api/v1/stream`, (response) => {
  response.resume();
  process.send?.('open');
  void again('/api/v1/state', stateEveryMs);
  void again('/api/v1/timeline?buckets=600', timelineEveryMs);
}).on('error', () => process.exit(1));
process.on('disconnect', () => process.exit());
