/** Devices that speak SunSpec over Modbus TCP: inverters with storage, and storage by itself. */
import { z } from 'zod';
import { port, aPort, setting } from '../fields.ts';
import { named, real } from './physical.ts';

/** A device over Modbus TCP with the models of SunSpec. */
export const sunspecSchema = z
  .strictObject({
    kind: setting(z.literal('sunspec'), '"sunspec"', 'Which device this is.'),
    ...named(),
    ...real(),
    host: setting(z.string().min(1).max(255), 'a host name or an address', 'Where it is.'),
    port: setting(port().default(502), aPort, 'Its TCP port.'),
    unitID: setting(z.int().min(0).max(255).default(1), 'a whole number from 0 to 255', 'Its unit behind that port.'),
    baseAddresses: setting(
      z.array(z.int().min(0).max(65_000)).min(1).max(8).default([40_000, 0, 50_000]),
      'a list of 1 to 8 register addresses',
      'Where its models are looked for.',
    ),
    replyTimeoutMs: setting(
      z.int().min(100).max(10_000).default(3_000),
      'a whole number of milliseconds from 100 to 10000',
      'How long it may take to answer. Unit: ms.',
    ),
  })
  .meta({ description: 'A device over Modbus TCP with the models of SunSpec; what it is told is reverted by itself.' });
