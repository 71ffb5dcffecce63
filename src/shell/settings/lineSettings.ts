/** The settings of how the VTN is spoken with: registration, polls or pushes, pauses, patience. */
import { z } from 'zod';
import { dayMs, hourMs } from '../../programme/calendar.ts';
import { aFraction, aSwitch, aTime, fraction, localTime, ms, setting, wholeMs } from './fields.ts';

/** The settings, by name; the order is that of the help. */
export const lineSettings = {
  preallocatedVenID: setting(
    z.boolean().default(true),
    aSwitch,
    'The venID was given beforehand, so it is sent in the first registration.',
  ),
  queryRegistration: setting(
    z.boolean().default(false),
    aSwitch,
    'Ask what the VTN offers (oadrQueryRegistration) before registering.',
  ),
  reregisterAt: setting(
    localTime().default('16:45'),
    aTime,
    'When to register anew each day, so that the VTN knows us when prices come.',
  ),
  reregisterBeforeUsage: setting(
    z.boolean().default(true),
    aSwitch,
    'Register anew before a day’s usage is sent, so that it goes under a request the VTN remembers.',
  ),
  reportResync: setting(
    z.boolean().default(true),
    aSwitch,
    'Register the reports again whenever the party is registered anew.',
  ),

  defaultPollFreqMs: setting(
    wholeMs(1_000, dayMs).default(10_000),
    ms(1_000, dayMs),
    'Poll interval when the VTN names none that can be used. Unit: ms.',
  ),
  minimumPollFreqMs: setting(
    wholeMs(100, dayMs).default(1_000),
    ms(100, dayMs),
    'The shortest poll interval a VTN may ask for. Unit: ms.',
  ),
  pollJitter: setting(fraction().default(0.1), aFraction, 'Part of the poll interval added at random.'),
  push: setting(
    z.string().min(1).optional(),
    'an address and a port such as "0.0.0.0:8443"',
    'Be pushed to rather than poll: listen here for the VTN, with the certificate of tlsCertificateFile. At 127.0.0.1 without one, or as http://127.0.0.1:PORT, for a proxy on this machine. Absent: poll.',
  ),
  transportAddress: setting(
    z.string().min(1).optional(),
    'a URL such as https://ven.example:8443',
    'Where the VTN reaches what push listens at: told as oadrTransportAddress at registration. The VTN appends /OpenADR2/Simple/2.0b and the service.',
  ),
  pushSilenceMs: setting(
    wholeMs(10_000, dayMs).default(900_000),
    ms(10_000, dayMs),
    'How long a VTN that pushes may be silent before it is asked for its DR events. Unit: ms.',
  ),
  backoffFirstMs: setting(
    wholeMs(100, dayMs).default(1_000),
    ms(100, dayMs),
    'Pause after a first failed exchange; it doubles with each further one. Unit: ms.',
  ),
  backoffCapMs: setting(wholeMs(1_000, dayMs).default(300_000), ms(1_000, dayMs), 'The longest such pause. Unit: ms.'),
  backoffJitter: setting(fraction().default(0.1), aFraction, 'Part of the pause by which it varies at random.'),
  retryAfterCapMs: setting(
    wholeMs(1_000, dayMs).default(hourMs),
    ms(1_000, dayMs),
    'The longest pause that a VTN may ask for by Retry-After. Unit: ms.',
  ),
  drainLimit: setting(
    z.int().min(1).max(1_000).default(20),
    'a whole number from 1 to 1000',
    'Polls made at once after one another while the VTN keeps handing things out.',
  ),
  replyTimeoutMs: setting(
    wholeMs(5_000, 600_000).default(30_000),
    ms(5_000, 600_000),
    'How long an exchange may take in all. Unit: ms.',
  ),
  connectTimeoutMs: setting(
    wholeMs(1_000, 600_000).default(10_000),
    ms(1_000, 600_000),
    'How long making a connection may take. Unit: ms.',
  ),
  keepAliveMs: setting(
    wholeMs(1_000, hourMs).default(65_000),
    ms(1_000, hourMs),
    'How long an idle connection is kept when the VTN gives no hint. Unit: ms.',
  ),
};
