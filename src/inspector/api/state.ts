import { z } from 'zod';
import {
  anyJson,
  count,
  decimal,
  instant,
  localDay,
  milliseconds,
  momentShown,
  plannedSlot,
  position,
  priceSource,
  wattHours,
  watts,
} from './shapes.ts';

const registration = z
  .object({
    status: z.enum(['unregistered', 'registered', 'refused']),
    registrationID: z.string().nullable(),
    venID: z.string().nullable(),
    vtnID: z.string().nullable(),
    requestedPollFreqMs: milliseconds.nullable(),
    registeredAt: instant.nullable(),
    renewedAt: instant.nullable(),
    renewals: count,
    reportsRegisteredAt: instant.nullable(),
    refused: z.object({ at: instant, responseCode: z.string(), responseDescription: z.string() }).nullable(),
    ended: z.object({ at: instant, by: z.enum(['vtn', 'ven', 'lost']) }).nullable(),
    backoff: z.object({ at: instant, attempt: count, untilAt: instant, because: z.string() }).nullable(),
  })
  .meta({ id: 'Registration' });

const contact = z
  .object({
    lastContactAt: instant
      .nullable()
      .meta({ description: 'The last time the VTN answered anything that could be read.' }),
    sent: count,
    answered: count,
    unreadable: count,
    failed: count,
    interrupted: count,
    failuresInARow: count,
    roundTripMeanMs: milliseconds.nullable(),
    roundTripMaxMs: milliseconds,
    clockOffsetMs: milliseconds.nullable().meta({ description: 'The VTN’s clock less ours. Milliseconds.' }),
    lastFailure: z
      .object({
        at: instant,
        position,
        purpose: z.string(),
        reason: z.string(),
        httpStatus: z.int().nullable(),
        detail: z.string(),
      })
      .nullable(),
  })
  .meta({ id: 'Contact' });

const certificate = z
  .object({
    fingerprint: z.string().meta({ description: 'The last ten bytes of its SHA-256, as OpenADR publishes them.' }),
    key: z.string().meta({ description: 'Its kind of key: RSA 2048, EC P-256.' }),
    validFrom: instant,
    validTo: instant,
    daysLeft: z.int().meta({ description: 'Negative once it is over. Days.' }),
    position,
  })
  .meta({ id: 'Certificate' });

const security = z
  .object({
    line: z
      .object({
        protocol: z.string(),
        cipher: z.string(),
        knownBy: z.enum(['name', 'fingerprint', 'authority']).meta({
          description: 'By what the VTN is known beside its authority; authority: its name is not checked.',
        }),
        revocation: z.enum(['lists', 'unchecked']),
      })
      .nullable(),
    ours: certificate.nullable(),
    theirs: certificate.nullable(),
  })
  .meta({ id: 'Security' });

const priceNow = z.object({
  usdPerKwh: decimal,
  startAt: instant,
  endAt: instant.nullable(),
  source: priceSource,
  version: count,
  isImplausible: z.boolean(),
});

const pricedDay = z.object({
  day: localDay,
  startAt: instant,
  endAt: instant,
  hours: count,
  pricedHours: z.number().min(0),
});

const device = z
  .object({
    resourceID: z.string(),
    role: z
      .enum(['battery', 'ev', 'flexibleLoad', 'meter'])
      .nullable()
      .meta({ description: 'What it is; null where a log of before does not say.' }),
    capacityWattHours: wattHours.nullable(),
    maxChargeWatts: watts,
    maxDischargeWatts: watts,
    readAt: instant.nullable(),
    isOnline: z.boolean().nullable(),
    powerWatts: watts
      .nullable()
      .meta({ description: 'As last read. W; positive draws from the grid, negative delivers to it.' }),
    stateOfCharge: z.number().min(0).max(1).nullable().meta({
      description: 'As last read, 0 to 1; null of what does not say, and of a load, which has a need instead.',
    }),
    need: z
      .object({
        energyWattHours: wattHours.meta({ description: 'What it is to have drawn. Wh.' }),
        drawnWattHours: wattHours.nullable().meta({
          description: 'What of it was metered; null where that is not known. Wh.',
        }),
        startAt: instant,
        doneAt: instant.meta({ description: 'By when it is to have drawn it.' }),
      })
      .nullable()
      .meta({ description: 'What a load needs, and how much of it it has; null of what is no load.' }),
    importWattHours: wattHours.nullable().meta({ description: 'Register as last read. Wh.' }),
    exportWattHours: wattHours.nullable().meta({ description: 'Register as last read. Wh.' }),
    mode: z.enum(['told', 'shadow', 'readOnly']).meta({
      description:
        '`told`: by its plan. `shadow`: planned for, and told nothing, until a person trusts it. `readOnly`: never told anything.',
    }),
    address: z.string().nullable().meta({ description: 'Kind and place of a device that can be trusted.' }),
    serial: z.string().nullable().meta({ description: 'Who it says that it is: maker, model and serial number.' }),
    trustedSince: instant.nullable().meta({ description: 'Since when a person trusts it.' }),
    keepsLastOrder: z
      .boolean()
      .meta({ description: 'It has no timer of its own: if we died it would go on with what it was told last.' }),
    wouldBe: plannedSlot.nullable().meta({ description: 'In shadow: what it would be told now.' }),
    override: z
      .object({
        action: z.enum(['charge', 'discharge', 'hold']),
        powerWatts: watts.nullable().meta({ description: 'Positive; null: as much as it can. W.' }),
        startAt: instant,
        endAt: instant,
        remainingMs: milliseconds,
        by: z.string().meta({ description: 'Which way it came: ven, mqtt, api.' }),
        position,
      })
      .nullable()
      .meta({ description: 'What a person told it to do for a time; it goes before the plan.' }),
    outs: z
      .array(
        z.object({
          optID: z.string(),
          eventID: z.string().nullable().meta({ description: 'The DR event it is out of; null: of all in that time.' }),
          startAt: instant,
          endAt: instant.nullable().meta({ description: 'Null: until it is taken back, or the DR event is over.' }),
          by: z.string().nullable().meta({ description: 'Which way it came: ven, mqtt, http, override.' }),
          standing: z.string().meta({ description: 'With the VTN: asking, standing, refused.' }),
        }),
      )
      .meta({ description: 'The times for which it is out by EiOpt, the next one first: it holds then.' }),
    wishes: z
      .array(
        z.object({
          kind: z.enum(['leave', 'keep']),
          stateOfCharge: z.number().min(0).max(1),
          startAt: instant,
          endAt: instant,
          remainingMs: milliseconds,
          by: z.string(),
          position,
        }),
      )
      .meta({
        description: 'What a person wishes of it once: to be so full when it leaves, or to keep so much until then.',
      }),
    unmet: z
      .array(
        z.object({
          kind: z.string().meta({ description: 'reserve, departure, deadline, quietTime, constraint, override.' }),
          at: instant.meta({ description: 'The departure, the deadline, or the beginning of the time concerned.' }),
          wished: z.number(),
          reached: z.number().nullable().meta({ description: 'Null: nobody knows, for nobody knows how full it is.' }),
          unit: z.enum(['stateOfCharge', 'wattHours', 'watts']),
        }),
      )
      .meta({ description: 'What the plan in force cannot meet of what is wished of it.' }),
    isOverriddenAtDevice: z
      .boolean()
      .nullable()
      .meta({ description: 'Whether the device itself says that somebody has taken it over.' }),
    setpoint: plannedSlot.nullable().meta({ description: 'What it is to do now; null when it is left to itself.' }),
    next: plannedSlot.nullable().meta({ description: 'What it is to do next, as planned.' }),
    plan: z.object({ basis: z.string(), madeAt: instant, position, slots: z.array(plannedSlot) }).nullable(),
    today: z
      .object({
        soFarUsd: decimal,
        plannedUsd: z.number().nullable().meta({ description: 'By midnight. Null without a plan.' }),
      })
      .meta({ description: 'Its part of the local day’s money. USD; positive comes to you.' }),
    doing: z.enum(['charging', 'discharging', 'idle', 'unknown']),
  })
  .meta({ id: 'Device' });

const hours = z
  .object({
    acknowledged: count,
    pending: count.meta({ description: 'Owed or being sent.' }),
    owed: count,
    sending: count,
    inDoubt: count,
    rejected: count,
    notDue: count,
    heldDeliveries: count.meta({ description: 'Reports that wait for a person.' }),
  })
  .meta({ id: 'Hours', description: 'Metered hours of all devices that were ever due, by what became of them.' });

/** An alarm that is up. */
export const alarm = z
  .object({
    alarm: z.string(),
    subject: z.string().nullable(),
    text: z.string(),
    advice: z.string(),
    raisedAt: instant,
    position,
  })
  .meta({ id: 'Alarm' });

const stream = z
  .object({
    stream: z.string(),
    machine: z.string(),
    id: z
      .string()
      .meta({ description: 'The eventID, reportRequestID or resourceID; empty for the machines there is one of.' }),
    value: anyJson.meta({ description: 'The state value as XState has it.' }),
    activeStateIDs: z
      .array(z.string())
      .meta({ description: 'Ids of all active states, as in the chart and in its SVG.' }),
    context: anyJson.meta({ description: 'What the machine remembers; long lists and texts are cut.' }),
  })
  .meta({ id: 'Stream' });

const timer = z
  .object({
    stream: z.string(),
    delay: z.string().meta({ description: 'The delay’s name in the chart.' }),
    stateID: z.string().nullable().meta({ description: 'The state it runs in.' }),
    timer: z.string(),
    dueAt: instant,
    armedAt: instant.nullable().meta({ description: 'When the input that set it was recorded.' }),
    armedBy: z.int().meta({ description: 'Position of that input.' }),
    transitionID: z.string().nullable().meta({ description: 'The transition of the chart it will take first.' }),
  })
  .meta({ id: 'Timer' });

const drEvent = z
  .object({
    eventID: z.string(),
    modificationNumber: count,
    status: z.enum(['far', 'near', 'active', 'completed', 'cancelled']),
    isTest: z.boolean(),
    startAt: instant,
    endAt: instant.nullable(),
    signals: z.array(z.object({ signalName: z.string(), signalType: z.string(), intervals: count })),
    vtnComment: z.string().nullable(),
    optType: z.enum(['optIn', 'optOut']).nullable(),
    operatorOpt: z.enum(['optIn', 'optOut']).nullable(),
    position,
  })
  .meta({ id: 'DrEvent' });

const reportRequest = z
  .object({
    reportRequestID: z.string(),
    kind: z.enum(['usage', 'status', 'history', 'metadata']),
    granularityMs: milliseconds,
    reportBackMs: milliseconds,
    startAt: instant,
    endAt: instant.nullable(),
    due: count,
    acknowledged: count,
    lastAcknowledgedAt: instant.nullable(),
    position,
  })
  .meta({ id: 'ReportRequest' });

const level = z.enum(['well', 'attention', 'trouble']);

/** Whether all is well: a headline, and what it means. */
export const verdict = z
  .object({
    level,
    sentence: z.string().meta({ description: 'The headline, and what it rests on.' }),
    headline: z.string().meta({ description: 'At most eight words: one fact and its money.' }),
    clauses: z
      .array(
        z.object({
          name: z.enum(['Cause', 'Money', 'To do', 'Doing', 'Next']),
          text: z.string(),
          command: z.string().nullable().meta({ description: 'What a person may copy.' }),
        }),
      )
      .meta({
        description: 'Cause, money, what to do; of a moment at which all is well: doing, money, what comes next.',
      }),
    others: z
      .array(z.object({ level, headline: z.string(), cause: z.string(), money: z.string(), toDo: z.string() }))
      .meta({ description: 'What else is not as it should be, the dearest first.' }),
  })
  .meta({
    id: 'Verdict',
    description:
      '`trouble`: money or the registration is at risk now. `attention`: a person should look. `well`: nothing to do.',
  });

/** Everything about one moment. */
export const stateAnswer = z
  .object({
    ...momentShown,
    verdict,
    agent: z.object({
      isRunning: z.boolean().meta({ description: 'At that moment.' }),
      notRunSince: instant.nullable().meta({
        description: 'At the end of a log at rest: when its last entry was recorded. Nothing is known of later.',
      }),
      runID: z.string().nullable(),
      version: z.string().nullable(),
      venID: z.string().nullable(),
      venName: z.string().nullable(),
      startedAt: instant.nullable(),
      starts: count,
      stoppedBecause: z.string().nullable(),
    }),
    registration,
    nextPollAt: instant.nullable(),
    contact,
    security,
    prices: z.object({
      now: priceNow.nullable(),
      next: priceNow.nullable().meta({ description: 'The price that follows, when it is in hand.' }),
      days: z
        .array(pricedDay)
        .meta({ description: 'Today and tomorrow: how many of their hours have a price in hand.' }),
    }),
    devices: z.array(device),
    today: z
      .object({
        soFarUsd: decimal.meta({
          description: 'Of the hours that were metered and have a price. Positive comes to you.',
        }),
        plannedUsd: z
          .number()
          .nullable()
          .meta({ description: 'By midnight, with what is planned. USD; positive comes to you.' }),
        knownUntil: instant.meta({
          description: 'Up to here every hour since the first reading is metered and priced.',
        }),
      })
      .meta({ description: 'The local day’s money, of all devices, as the bill will show it.' }),
    shownDay: localDay.meta({
      description:
        'The local day to look at: today; at the end of a log at rest the last one of which every hour was metered.',
    }),
    hours,
    alarms: z.array(alarm),
    drEvents: z.array(drEvent),
    reportRequests: z.array(reportRequest),
    streams: z.array(stream),
    timers: z.array(timer).meta({ description: 'Delays that are running, the next one first.' }),
    faults: count.meta({ description: 'Entries that could not be taken into account; 0 unless a fact is strange.' }),
  })
  .meta({ id: 'State', description: 'All that was known at one moment.' });
