import type { OadrServiceName } from '../../src/protocol/types/enumerations.ts';
import type { VtnOptions } from '../../src/vtn/settings.ts';
import { createVtn } from '../../src/vtn/vtn.ts';
import { startChild, type ChildOptions } from './child.ts';
import { simulationStart } from './simulation.ts';

export const dayMs = 86_400_000;

/** How a month is simulated. */
export interface MonthPlan {
  readonly directory: string;
  readonly days: number;
  readonly pollFreqMs: number;
}

/** A request to the VTN, from another process and its virtual time. */
export interface VtnAsked {
  readonly kind: 'asked';
  readonly at: number;
  readonly service: OadrServiceName;
  readonly body: string;
}

/** The memory of the agent's process at the end of a day. */
export interface DayTold {
  readonly kind: 'day';
  readonly day: number;
  /** @unit bytes */
  readonly rss: number;
  readonly heapUsed: number;
  readonly entries: number;
  /** User and system time of the process so far. */
  readonly cpuMs: number;
}

type Said = VtnAsked | DayTold | { readonly kind: 'end' };

/** Lets an agent in another process live through its days, and is its VTN meanwhile. */
export const liveThrough = async (
  plan: MonthPlan,
  vtnOptions: Omit<Partial<VtnOptions>, 'clock'>,
  options: ChildOptions = {},
): Promise<readonly DayTold[]> => {
  let now = simulationStart;
  const vtn = createVtn({ clock: { now: () => now }, ...vtnOptions });
  const ven = startChild('month', [JSON.stringify(plan)], options);
  const told: DayTold[] = [];
  for (let said = (await ven.next()) as Said; said.kind !== 'end'; said = (await ven.next()) as Said) {
    if (said.kind === 'day') {
      told.push(said);
      continue;
    }
    now = said.at;
    ven.say(vtn.handle(said.service, said.body).body);
  }
  await ven.end();
  return told;
};
