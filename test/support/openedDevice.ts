import { onTestFinished } from 'vitest';
import type { Device } from '../../src/shell/ports.ts';
import { openDevice } from '../../src/devices/registry.ts';
import { deviceSchema } from '../../src/shell/settings/deviceKinds.ts';

/** A device that is open until the test is over, and what was said of it meanwhile. */
export interface OpenedDevice {
  readonly device: Device;
  readonly lines: readonly string[];
}

/** Opens a device as the configuration describes it, new to this machine. */
export const openedDevice = async (configured: Readonly<Record<string, unknown>>): Promise<OpenedDevice> => {
  const lines: string[] = [];
  const write = (text: string): void => void lines.push(text);
  const device = await openDevice({
    device: deviceSchema.parse(configured),
    timeZone: 'America/New_York',
    now: () => Date.now(),
    resumeFrom: null,
    resumeSetpoints: [],
    journal: { info: write, warn: write, error: write, debug: write },
  } as Parameters<typeof openDevice>[0]);
  onTestFinished(async () => device.close?.());
  return { device, lines };
};
