/** Devices over Modbus TCP without SunSpec: the configuration says which register holds what. */
import { z } from 'zod';
import { aPort, port, setting } from '../fields.ts';
import { named, real } from './physical.ts';

const types = ['uint16', 'int16', 'uint32', 'int32', 'uint64', 'int64', 'float32'] as const;

const place = {
  address: setting(z.int().min(0).max(65_535), 'a register address from 0 to 65535', 'Its first register, from 0.'),
  type: setting(z.enum(types).default('uint16'), types.join(', '), 'How it is coded.'),
  wordOrder: setting(
    z.enum(['big', 'little']).default('big'),
    'big, little',
    'Which of its registers comes first: the most significant (big) or the least (little).',
  ),
  factor: setting(
    z
      .number()
      .min(-1e9)
      .max(1e9)
      .refine((value) => value !== 0)
      .default(1),
    'a number other than 0',
    'What the register is multiplied by: 10 where it counts in tens, 0.001 in thousandths, -1 where delivering is positive.',
  ),
};

const readSchema = z.strictObject({
  ...place,
  table: setting(
    z.enum(['holding', 'input']).default('holding'),
    'holding, input',
    'In which table it is: holding registers or input registers.',
  ),
  absent: setting(
    z
      .int()
      .min(-(2 ** 53) + 1)
      .max(2 ** 53 - 1)
      .optional(),
    'a whole number',
    'The raw value that means that there is none.',
  ),
});

const setSchema = z.strictObject({
  ...place,
  charging: setting(
    z.enum(['positive', 'negative']).default('positive'),
    'positive, negative',
    'Which sign draws from the grid.',
  ),
});

const valueSchema = z.strictObject({
  address: place.address,
  value: setting(z.int().min(0).max(65_535), 'a whole number from 0 to 65535', 'What is written there.'),
});

const aRegister = 'an object { table, address, type, wordOrder, factor, absent }';
const register = (description: string) => setting(readSchema.optional(), aRegister, description);
const aPlace = 'an object { address, type, wordOrder, factor }';

const registersSchema = z.strictObject({
  power: register('Its power; positive draws from the grid. Unit: W.'),
  stateOfCharge: register('How full it is, 0 to 1.'),
  importRegister: register('Its cumulative register of energy drawn. Unit: Wh.'),
  exportRegister: register('Its cumulative register of energy delivered. Unit: Wh.'),
  available: register('Whether it can be used: 0 means not.'),
  manualOverride: register('Whether somebody runs it by hand: 0 means not.'),
});

const controlSchema = z.strictObject({
  power: setting(
    setSchema,
    'an object { address, type, wordOrder, factor, charging }',
    'Where the power that it is to have is written. Unit: W, divided by factor.',
  ),
  revertAfter: setting(
    z.strictObject(place).optional(),
    aPlace,
    'Where the time is written after which it reverts by itself; it is written first. Unit: s, divided by factor.',
  ),
  enable: setting(
    valueSchema.optional(),
    'an object { address, value }',
    'What is written so that it obeys; it is written last.',
  ),
  release: setting(
    valueSchema.optional(),
    'an object { address, value }',
    'What is written so that it is left to itself; absent: a power of 0.',
  ),
});

/** A device over Modbus TCP, register by register. */
export const modbusSchema = z
  .strictObject({
    kind: setting(z.literal('modbus'), '"modbus"', 'Which device this is.'),
    ...named,
    ...real,
    host: setting(z.string().min(1).max(255), 'a host name or an address', 'Where it is.'),
    port: setting(port().default(502), aPort, 'Its TCP port.'),
    unitID: setting(z.int().min(0).max(255).default(1), 'a whole number from 0 to 255', 'Its unit behind that port.'),
    replyTimeoutMs: setting(
      z.int().min(100).max(10_000).default(3_000),
      'a whole number of milliseconds from 100 to 10000',
      'How long it may take to answer. Unit: ms.',
    ),
    registers: setting(
      registersSchema,
      'an object of registers { table, address, type, … }',
      'Where it says what of itself.',
    ),
    control: setting(
      controlSchema.optional(),
      'an object { power, revertAfter, enable, release }',
      'Where it is told its power; absent: it is only read.',
    ),
  })
  .meta({ description: 'A device over Modbus TCP: its registers, their scales and signs are said here.' });

/** What does not fit together in such an entry: a part of a sentence, or null. */
export const modbusFault = ({ registers }: z.infer<typeof modbusSchema>): string | null => {
  if (registers.power === undefined && registers.importRegister === undefined && registers.exportRegister === undefined)
    return 'names no register of power or energy, so nothing could be metered';
  return null;
};
