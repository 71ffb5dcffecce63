/** A device as people call it. */
import type { ApiAnswer } from '../../api/paths.ts';

type Device = ApiAnswer<'state'>['devices'][number];

/** The only device by its kind, one of several by its name. */
export const deviceName = ({ resourceID, capacityWattHours, stateOfCharge }: Device, all: number): string =>
  all > 1 ? resourceID : capacityWattHours !== null || stateOfCharge !== null ? 'Battery' : 'Device';
