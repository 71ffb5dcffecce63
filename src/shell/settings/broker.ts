/** The way to an MQTT broker, as a configuration says it. */
import { z } from 'zod';
import { aText, filePath, setting } from './fields.ts';

/** A topic that one can publish on. */
export const topicText = () =>
  z
    .string()
    .min(1)
    .max(512)
    .regex(/^[^#+\0]+$/);

/** The words for a topic. */
export const aTopic = 'a topic without + and #';

/** Where the broker is, who we are there, and whom we trust; secrets stand in files of their own. */
export const brokerFields = () => ({
  brokerUrl: setting(
    z.string().regex(/^mqtts?:\/\/[^@/]+\/?$/),
    'a URL such as mqtts://broker.local:8883, without user and password',
    'Where the broker is.',
  ),
  username: setting(z.string().min(1).optional(), aText, 'The user at the broker.'),
  passwordFile: setting(
    filePath().optional(),
    'the path of a file',
    'The file that holds the password, and nothing else.',
  ),
  caFile: setting(filePath().optional(), 'the path of a PEM file', 'The only authorities to trust for this broker.'),
  certificateFile: setting(filePath().optional(), 'the path of a PEM file', 'Our client certificate.'),
  keyFile: setting(filePath().optional(), 'the path of a PEM file', 'The key of our client certificate.'),
  baseTopic: setting(topicText().default('ter-ven'), aTopic, 'What the topics that we publish begin with.'),
});

/** A broker of the configuration. */
export type ConfiguredBroker = z.infer<z.ZodObject<ReturnType<typeof brokerFields>>>;
