import type { EiEvent } from '../protocol/elements/eiEvent.ts';
import type { EiTarget } from '../protocol/elements/eiTarget.ts';
import type { VenSettings } from '../facts/settings.ts';
import type { Fault } from './judge.ts';

/** Whether a DR event is meant for us: its target and its market context. @rule 2.0b 22, 48, 510 */

const isEmpty = (target: EiTarget): boolean => Object.values(target).every((criteria) => (criteria as readonly unknown[]).length === 0);

const matches = (target: EiTarget, venID: string, settings: VenSettings): boolean =>
  (target.venID?.includes(venID) ?? false) ||
  settings.devices.some(
    ({ resourceID, deviceClass }) =>
      (target.resourceID?.includes(resourceID) ?? false) ||
      (target.endDeviceAsset?.some((asset) => deviceClass === undefined || asset === deviceClass) ?? false),
  );

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
export const targetFault = (event: EiEvent, venID: string, settings: VenSettings): Fault | null => {
  const { eventID, eiMarketContext } = event.eventDescriptor;
  if (!isEmpty(event.eiTarget) && !matches(event.eiTarget, venID, settings)) {
    return { responseCode: '462', why: `the target of ${eventID} names neither venID ${venID} nor a device of it` };
  }
  return isOurContext(eiMarketContext, settings)
    ? null
    : { responseCode: '462', why: `market context ${eiMarketContext} of ${eventID} is not one of ours` };
};
