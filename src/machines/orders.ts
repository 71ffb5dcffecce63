/** What a device is told by its plan, and until when it is at it. */
import type { AlarmRaised } from '../facts/alarms.ts';
import type { PlanSlot } from '../facts/planning.ts';
import type { Moment } from './moment.ts';

/** The slot of its plan that is in force. */
export const slotAt = ({ slots }: { readonly slots: readonly PlanSlot[] }, at: number): PlanSlot | undefined =>
  slots.find((slot) => slot.startAt <= at && at < slot.endAt);

/** How long a device is told to go on without hearing from us, where a log of before does not name it. @unit ms */
export const renewedFor = ({ settings }: Moment): number => settings.setpointValidityMs ?? Infinity;

/** Whether the device is still at what it was told. */
export const isAtWork = ({ order }: { readonly order: { readonly validUntil: number } | null }, at: number): boolean =>
  order !== null && order.validUntil > at;

/** Whether an outcome is of what was asked for last; one without a name is from a log that gave none. */
export const isThat = (named: string | null, asked: string | null): boolean => named === null || named === asked;

/** The alarm of a device that does not do what it was told. */
export const refusalOf = (resourceID: string, why: string): AlarmRaised => ({
  alarm: 'setpointFailed',
  subject: resourceID,
  text: `The device ${resourceID} does not follow its plan: ${why}`,
  advice: 'The power is given again by itself; check the device and the way to it.',
});
