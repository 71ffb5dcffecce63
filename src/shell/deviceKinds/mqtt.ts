/** Devices that are spoken with over MQTT: through a broker, Home Assistant, evcc, OpenEMS, Node-RED or whatever else is there. */
import { z } from 'zod';
import { aTopic, brokerFields, topicText } from '../broker.ts';
import { setting } from '../fields.ts';
import { named, real } from './physical.ts';

const valueSchema = z.strictObject({
  topic: setting(topicText(), aTopic, 'The topic on which it is published.'),
  field: setting(
    z.string().min(1).optional(),
    'a name, or names with dots between',
    'Where it is in a payload of JSON; absent: the payload is the number.',
  ),
  factor: setting(
    z.number().min(-1e9).max(1e9).default(1),
    'a number',
    'What it is multiplied by: 1000 from kW to W, 0.01 from per cent, -1 where delivering is positive.',
  ),
});

const aValue = 'an object { topic, field, factor }';
const value = (description: string) => setting(valueSchema.optional(), aValue, description);

const stateSchema = z.strictObject({
  power: value('Its power; positive draws from the grid. Unit: W.'),
  stateOfCharge: value('How full it is, 0 to 1.'),
  importRegister: value('Its cumulative register of energy drawn. Unit: Wh.'),
  exportRegister: value('Its cumulative register of energy delivered. Unit: Wh.'),
  setpoint: value('What it says that it is set to, where it does: a setpoint is taken when it says so. Unit: W.'),
  available: value('Whether it can be used: 1 or true, 0 or false.'),
  manualOverride: value('Whether somebody runs it by hand: 1 or true, 0 or false.'),
});

/** A device over MQTT. */
export const mqttSchema = z
  .strictObject({
    kind: setting(z.literal('mqtt'), '"mqtt"', 'Which device this is.'),
    ...named(),
    ...real(),
    ...brokerFields(),
    state: setting(stateSchema, 'an object of values { topic, field, factor }', 'Where it says what of itself.'),
    setpointTopic: setting(
      topicText().optional(),
      aTopic,
      'Where its setpoint is published; absent: under baseTopic, by its resourceID.',
    ),
    setpointFormat: setting(
      z.enum(['json', 'watts']).default('json'),
      'json, watts',
      'json: { demandWatts, validUntil }; watts: the number alone.',
    ),
    stateMaxAgeMs: setting(
      z.int().min(1_000).max(60_000).default(60_000),
      'a whole number of milliseconds from 1000 to 60000',
      'How long what it said holds; a register that was told longer ago is no reading. Unit: ms.',
    ),
  })
  .meta({
    description: 'A device over MQTT: it publishes what it does, and takes setpoints that expire by themselves.',
  });
