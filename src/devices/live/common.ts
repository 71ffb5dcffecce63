import { deviceSettingsOf, type ConfiguredDevice } from '../../shell/settings/deviceKinds.ts';
import type { LiveDeviceOptions } from './liveDevice.ts';

/** What a live device takes from its entry in the configuration, whatever its kind is. */
export const liveSettingsOf = (
  device: ConfiguredDevice & { readonly rolloverWattHours?: number | undefined },
): Pick<
  LiveDeviceOptions,
  'resourceID' | 'maxChargeWatts' | 'maxDischargeWatts' | 'isReadOnly' | 'rolloverWattHours'
> => {
  const { resourceID, maxChargeWatts, maxDischargeWatts, isReadOnly = false } = deviceSettingsOf(device);
  const { rolloverWattHours } = device;
  return {
    resourceID,
    maxChargeWatts,
    maxDischargeWatts,
    isReadOnly,
    ...(rolloverWattHours === undefined ? {} : { rolloverWattHours }),
  };
};
