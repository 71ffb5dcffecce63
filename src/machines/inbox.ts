import type { DeviceEvent } from './device.ts';
import type { DrEventEvent } from './drEvent.ts';
import type { ExchangeEvent } from './exchange.ts';
import type { InboundEvent } from './inbound.ts';
import type { InstructionEvent } from './instruction.ts';
import type { VenEvent } from './lifecycle/lifecycle.ts';
import type { MachineID } from './machines.ts';
import type { Moment } from './moment.ts';
import type { OptEvent } from './opt.ts';
import type { ReportRequestEvent } from './reportRequest.ts';
import type { SiteEvent } from './site.ts';
import type { WatchEvent } from './watch.ts';

/** What each machine hears, with the moment of the step. */
interface Heard {
  readonly ven: VenEvent;
  readonly exchange: ExchangeEvent;
  readonly inbound: InboundEvent;
  readonly watch: WatchEvent;
  readonly drEvent: DrEventEvent;
  readonly reportRequest: ReportRequestEvent;
  readonly site: SiteEvent;
  readonly device: DeviceEvent;
  readonly instruction: InstructionEvent;
  readonly opt: OptEvent;
}

type WithoutMoment<Event> = Event extends unknown ? Omit<Event, keyof Moment> : never;

/** The events that a machine of this kind can be told; the step adds the moment. */
export type EventFor<ID extends MachineID = MachineID> = { [Each in ID]: WithoutMoment<Heard[Each]> }[ID];
