/** What of the log is told by webhook, and in which words. */
import type { KnownEntry } from '../../facts/fact.ts';
import type { WebhookTopic } from '../../shell/settings/publishing.ts';

/** A message, before it is signed. */
export interface WebhookMessage {
  readonly type: WebhookTopic;
  readonly data: object;
  /** From then on it says nothing any more. UTC ms. */
  readonly overAt?: number;
}

const iso = (at: number): string => new Date(at).toISOString();

/** What an entry says to others; null for most. */
export const messageOf = (entry: KnownEntry): WebhookMessage | null => {
  switch (entry.type) {
    case 'PlanMade': {
      const { planID, basis, devices, unmet = [], worth } = entry.data;
      const told = devices.map(({ resourceID, slots }) => ({
        resourceID,
        slots: slots.map(({ startAt, endAt, demandWatts }) => ({ start: iso(startAt), end: iso(endAt), demandWatts })),
      }));
      const valueUsd = worth === undefined ? null : worth.valueUsd;
      return { type: 'plan', data: { planID: planID ?? null, basis, devices: told, unmet, valueUsd } };
    }
    case 'SetpointRequested': {
      const { resourceID, demandWatts, validUntil } = entry.data;
      return { type: 'setpoint', data: { resourceID, demandWatts, validUntil: iso(validUntil) }, overAt: validUntil };
    }
    case 'DeviceReleaseRequested':
      return { type: 'setpoint', data: { resourceID: entry.data.resourceID, demandWatts: null, validUntil: null } };
    case 'AlarmRaised': {
      const { alarm, subject = null, text, advice } = entry.data;
      return { type: 'alarm', data: { isRaised: true, alarm, subject, text, advice } };
    }
    case 'AlarmCleared':
      return { type: 'alarm', data: { isRaised: false, alarm: entry.data.alarm, subject: entry.data.subject ?? null } };
    default:
      return null;
  }
};
