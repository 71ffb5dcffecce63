import type { EiEvent } from '../../protocol/elements/eiEvent.ts';
import type { EiTarget } from '../../protocol/elements/eiTarget.ts';
import type { DeviceSettings, VenSettings } from '../../facts/settings.ts';
import type { Objection } from '../objection.ts';

/** Whether a DR event is meant for us: its target and its market context. @rule 2.0b 22, 48, 510 */

const isEmpty = (target: EiTarget): boolean =>
  Object.values(target).every((criteria) => (criteria as readonly unknown[]).length === 0);

const devicesMeant = (
  { resourceID, endDeviceAsset = [] }: EiTarget,
  settings: VenSettings,
): readonly DeviceSettings[] => {
  const named = new Set<string>(resourceID);
  return settings.devices.filter(
    (device) =>
      named.has(device.resourceID) ||
      endDeviceAsset.some((asset) => device.deviceClass === undefined || asset === device.deviceClass),
  );
};

const meansAll = (target: EiTarget, venID: string): boolean =>
  isEmpty(target) || (target.venID?.includes(venID) ?? false);

/** The devices of ours that a target means: all, when it is empty or names our venID. @rule 2.0b 22, 111 */
export const targetedDevices = (target: EiTarget, venID: string, settings: VenSettings): readonly DeviceSettings[] =>
  meansAll(target, venID) ? settings.devices : devicesMeant(target, settings);

const matches = (target: EiTarget, venID: string, settings: VenSettings): boolean =>
  meansAll(target, venID) || targetedDevices(target, venID, settings).length > 0;

/** A market context as it compares: scheme and host without case, no empty path. @rule RFC 3986 6.2.2.1 */
export const normalisedContext = (marketContext: string): string => {
  const parts = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(.*)$/i.exec(marketContext.trim());
  if (parts === null) return marketContext.trim();
  const [, scheme = '', host = '', rest = ''] = parts;
  return `${scheme.toLowerCase()}://${host.toLowerCase()}${rest === '/' ? '' : rest}`;
};

const isOurContext = (marketContext: string, settings: VenSettings): boolean =>
  settings.marketContexts === 'any' ||
  settings.marketContexts.some((ours) => normalisedContext(ours) === normalisedContext(marketContext));

/** Why a DR event is not for us, or null when it is. */
export const targetFault = (event: EiEvent, venID: string, settings: VenSettings): Objection | null => {
  const { eventID, eiMarketContext } = event.eventDescriptor;
  if (!matches(event.eiTarget, venID, settings)) {
    return { responseCode: '462', why: `the target of ${eventID} names neither venID ${venID} nor a device of it` };
  }
  return isOurContext(eiMarketContext, settings)
    ? null
    : { responseCode: '462', why: `market context ${eiMarketContext} of ${eventID} is not one of ours` };
};
