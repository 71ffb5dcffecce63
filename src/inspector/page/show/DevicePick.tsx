/** A device to be chosen; where there are many, one is found by its name. */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { offeredAtOnce, offeredOf, soughtIn } from './parts.ts';

/** A device, and what it is called. */
export interface Offered {
  readonly resourceID: string;
  readonly name: string;
}

interface Props {
  readonly devices: readonly Offered[];
  /** Empty: none, or all. */
  readonly chosen: string;
  /** What stands for all of them; absent where one has to be chosen. */
  readonly all?: string;
  readonly onChoose: (resourceID: string) => void;
}

/** Where many are left out, it is said. */
const leftOutText = (devices: readonly Offered[], sought: string): string => {
  const found = soughtIn(devices, sought).length;
  return found > offeredAtOnce ? `${offeredAtOnce} of ${found} offered` : '';
};

/** The choice. */
export const DevicePick = ({ devices, chosen, all, onChoose }: Props): VNode => {
  const [sought, setSought] = useState('');
  const isLong = devices.length > offeredAtOnce;
  return (
    <span class="which small quiet">
      {isLong ? (
        <input
          type="search"
          class="button"
          aria-label="Find a device"
          placeholder="Find a device"
          value={sought}
          onInput={({ currentTarget }) => setSought(currentTarget.value)}
        />
      ) : null}
      <label class="small quiet which">
        Device{' '}
        <select class="button" value={chosen} onChange={({ currentTarget }) => onChoose(currentTarget.value)}>
          {all === undefined ? null : <option value="">{all}</option>}
          {(isLong ? offeredOf(devices, sought, chosen) : devices).map(({ resourceID, name }) => (
            <option key={resourceID} value={resourceID}>
              {name}
            </option>
          ))}
        </select>
      </label>
      {isLong ? ` ${leftOutText(devices, sought)}` : null}
    </span>
  );
};
