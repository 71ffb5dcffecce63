/** Devices that speak SunSpec over Modbus TCP: inverters with storage, and storage by itself. */
import { z } from 'zod';
import { aSwitch, port, aPort, setting } from '../fields.ts';
import { named, real } from './physical.ts';

const quirksSchema = z.strictObject({
  hasNoRevertTimer: setting(
    z.boolean().optional(),
    aSwitch,
    'It takes no time after which it reverts by itself: it keeps its last order if we die.',
  ),
  without: setting(
    z.array(z.int().min(1).max(65_534)).max(32).optional(),
    'a list of at most 32 numbers of models',
    'Models that it lists and that say what is not so: they are left alone.',
  ),
  scales: setting(
    z.record(z.string().regex(/^\d{1,5}$/), z.record(z.string().min(1).max(32), z.int().min(-10).max(10))).optional(),
    'an object of models with powers of ten by point, such as { "103": { "W": -1 } }',
    'Powers of ten, where those that it states are wrong.',
  ),
  isReversed: setting(
    z.boolean().optional(),
    aSwitch,
    'What it calls delivered is drawn, in its power and its registers.',
  ),
  isOrderReversed: setting(z.boolean().optional(), aSwitch, 'What it is told to deliver it draws.'),
  enablesFirst: setting(
    z.boolean().optional(),
    aSwitch,
    'It takes a power only while it is enabled already, so that is written first.',
  ),
  inPercent: setting(
    z.boolean().optional(),
    aSwitch,
    'By model 704 it is told parts of its greatest power (WSetPct), and not watts (WSet).',
  ),
  isNotToldBy: setting(
    z.array(z.int().min(1).max(65_534)).max(32).optional(),
    'a list of at most 32 numbers of models',
    'Models that it lists, and by which it cannot be told its power; [] where it can, whatever is known of its maker.',
  ),
});

/** A device over Modbus TCP with the models of SunSpec. */
export const sunspecSchema = z
  .strictObject({
    kind: setting(z.literal('sunspec'), '"sunspec"', 'Which device this is.'),
    ...named,
    ...real,
    host: setting(z.string().min(1).max(255), 'a host name or an address', 'Where it is.'),
    port: setting(port().default(502), aPort, 'Its TCP port.'),
    unitID: setting(z.int().min(0).max(255).default(1), 'a whole number from 0 to 255', 'Its unit behind that port.'),
    baseAddresses: setting(
      z.array(z.int().min(0).max(65_000)).min(1).max(8).default([40_000, 0, 50_000]),
      'a list of 1 to 8 register addresses',
      'Where its models are looked for.',
    ),
    quirks: setting(
      quirksSchema.optional(),
      'an object { hasNoRevertTimer, without, scales, isReversed, isOrderReversed, enablesFirst, inPercent, isNotToldBy }',
      'What this device does otherwise than the models say, as a person found; it goes before what is known of its maker.',
    ),
    replyTimeoutMs: setting(
      z.int().min(100).max(10_000).default(3_000),
      'a whole number of milliseconds from 100 to 10000',
      'How long it may take to answer. Unit: ms.',
    ),
  })
  .meta({ description: 'A device over Modbus TCP with the models of SunSpec; what it is told is reverted by itself.' });
