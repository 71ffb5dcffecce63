/** Devices that are spoken with over MQTT: through a broker, Home Assistant, evcc, OpenEMS, Node-RED or whatever else is there. */
import { z } from 'zod';
import { aTopic, brokerFields, topicText } from '../broker.ts';
import { setting } from '../fields.ts';
import { named, real } from './physical.ts';
import { placeFields, stateMaxAge, valuesOf } from './values.ts';

const stateSchema = valuesOf(
  z.strictObject({
    topic: setting(topicText(), aTopic, 'The topic on which it is published.'),
    ...placeFields(),
  }),
  'an object { topic, field, factor }',
);

/** A device over MQTT. */
export const mqttSchema = z
  .strictObject({
    kind: setting(z.literal('mqtt'), '"mqtt"', 'Which device this is.'),
    ...named,
    ...real,
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
    timeField: setting(
      z.string().min(1).optional(),
      'a name, or names with dots between',
      'Where a message says when it was so: an instant with its offset, or seconds or milliseconds since 1970. Absent, or not in a message: when it was heard.',
    ),
    stateMaxAgeMs: stateMaxAge(),
  })
  .meta({
    description: 'A device over MQTT: it publishes what it does, and takes setpoints that expire by themselves.',
  });
