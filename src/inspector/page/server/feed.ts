/** The server's stream of entries: how far the log has come, and what time it is for the agent. */
import { signal } from '@preact/signals';
import { headPosition } from '../time/moment.ts';
import { tellClock } from '../time/clock.ts';
import { paths } from './paths.ts';

/** How the page stands with its server. */
export type Link = 'opening' | 'open' | 'lost';

/** The line to the server as it is. */
export const link = signal<Link>('opening');

/** Whether an agent runs on the log. */
export const agentRuns = signal(false);

/** Counts what the page has heard of the clock: while nothing is recorded, the present goes on all the same. */
export const beats = signal(0);

/** Counts the runs of the server this page has met; what was cached of an earlier one is worth nothing. */
export const servings = signal(0);

/** How long a page waits before it knocks again; the browser itself gives up after some refusals. @unit ms */
const knockAgainMs = 1_500;

interface Heard {
  readonly head: number;
  readonly now: number;
  readonly isLive?: boolean;
}

/** Many entries at once are one change of the page. */
const headTeller = (): ((head: number) => void) => {
  let wanted = -1;
  let isAsked = false;
  return (head) => {
    wanted = head;
    if (isAsked) return;
    isAsked = true;
    setTimeout(() => {
      isAsked = false;
      headPosition.value = wanted;
    }, 30);
  };
};

const open = (again: () => void): void => {
  const source = new EventSource(paths.stream());
  const tellHead = headTeller();
  const hear = (kind: string, take: (heard: Heard, event: MessageEvent<string>) => void): void =>
    source.addEventListener(kind, (event) =>
      take(JSON.parse((event as MessageEvent<string>).data) as Heard, event as MessageEvent<string>),
    );
  hear('hello', ({ head, now, isLive = false }) => {
    link.value = 'open';
    agentRuns.value = isLive;
    servings.value += 1;
    headPosition.value = head;
    tellClock(now);
  });
  hear('entry', (_, { lastEventId }) => tellHead(Number(lastEventId)));
  hear('tick', ({ head, now }) => {
    tellHead(head);
    tellClock(now);
    beats.value += 1;
  });
  const lose = (): void => {
    link.value = 'lost';
    source.close();
    setTimeout(again, knockAgainMs);
  };
  source.addEventListener('bye', lose);
  source.addEventListener('error', lose);
};

/** Listens for as long as the page is open. */
export const listen = (): void => open(listen);
