/** The settings of metering and reports. */
import { z } from 'zod';
import { dayMs, hourMs } from '../../programme/calendar.ts';
import { anIdentifier, identifier, ms, setting, wholeMs } from './fields.ts';
import { reportLimitsSchema } from './reportLimits.ts';

/** The settings, by name; the order is that of the help. */
export const reportSettings = {
  unknownOutcome: setting(
    z.enum(['resend', 'hold']).default('resend'),
    'resend or hold',
    'What to do with a usage report nobody knows the fate of: send it again under the same requestID, or leave it to a person.',
  ),
  unmeasured: setting(
    z.enum(['placeholder', 'withhold']).default('placeholder'),
    'placeholder or withhold',
    'What to report of a gap in the readings: a placeholder of bad quality, as the standard wants, or nothing, for a VTN that counts the placeholder as zero.',
  ),
  usageDelayMs: setting(
    wholeMs(0, dayMs).default(30_000),
    ms(0, dayMs),
    'How long after its last interval a usage report is sent at the earliest. Unit: ms.',
  ),
  usageRequestExpectedMs: setting(
    wholeMs(10_000, 7 * dayMs).default(600_000),
    ms(10_000, 7 * dayMs),
    'How long after registration a VTN may take to ask for usage before an alarm. Unit: ms.',
  ),
  sampleEveryMs: setting(
    wholeMs(1_000, hourMs)
      .refine((each) => hourMs % each === 0)
      .default(900_000),
    'a whole number of milliseconds that divides the hour (3600000), from 1000 up',
    'Distance of meter readings while no report request asks for closer ones. Unit: ms.',
  ),
  setpointValidityMs: setting(
    wholeMs(10_000, hourMs).default(600_000),
    ms(10_000, hourMs),
    'The longest that a device goes on without hearing from us; what it is told is renewed at half of it. Unit: ms.',
  ),
  reportLimits: setting(
    reportLimitsSchema.prefault({}),
    'an object { bytes, nodes, intervals }',
    'What one usage report may hold, where the VTN takes less than we read ourselves; what is more becomes several reports.',
  ),
  usageSpecifierID: setting(identifier().default('RealEnergy'), anIdentifier, 'reportSpecifierID of the usage report.'),
  statusSpecifierID: setting(identifier().default('Status'), anIdentifier, 'reportSpecifierID of the status report.'),
  historySpecifierID: setting(identifier().default('History'), anIdentifier, 'reportSpecifierID of the usage history.'),
};
