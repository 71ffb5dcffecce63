/** What people say, and what they are told: opts, trust, overrides, certificates, a second agent, entries that were lost. */
import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../../src/core/state.ts';
import type { CertificateStanding } from '../../src/facts/certificates.ts';
import type { Input } from '../../src/facts/fact.ts';
import type { OptGiven } from '../../src/facts/opts.ts';
import type { VenSettings } from '../../src/facts/settings.ts';
import type { OadrMessage } from '../../src/protocol/payload.ts';
import { formatDateTime } from '../../src/protocol/types/dateTime.ts';
import { heldByOpts, outsOf } from '../../src/reactions/optHolds.ts';
import { isInShadow } from '../../src/reactions/trust.ts';
import { distributeEvent, hourMs, oadrEventOf, priceSignal } from '../support/drEventMessages.ts';
import { at, give, schedule } from './support/opts.ts';
import { device, eiResponse, inForce, noon, ownVenID, started, type Told } from './support/told.ts';

const devices = [device('battery'), device('garage')];
const done: OadrMessage = { message: 'oadrResponse', eiResponse };

describe('opts', () => {
  const say = (told: Told, responseCode: string): Told => {
    const { optID, requestID } = told.inFlight.message as { optID: string; requestID: string };
    told.answer({
      message: 'oadrCreatedOpt',
      eiResponse: { responseCode, responseDescription: 'no', requestID },
      optID,
    } as OadrMessage);
    return told;
  };
  const takenBack = (told: Told, optID: string): Told => {
    told.take({ type: 'OptTakenBack', data: { optID, by: 'ven' } }, 'agent');
    return told;
  };
  const held = ({ state }: Told, now = noon) =>
    heldByOpts(state, now, []).map(({ resourceID, startAt, endAt }) => [resourceID, startAt, endAt]);

  it('given a schedule, then the VTN has it word by word, and both devices hold in its time', () => {
    const told = give(inForce({ devices }), schedule('opt-1'));
    const message = {
      message: 'oadrCreateOpt',
      optID: 'opt-1',
      optType: 'optOut',
      optReason: 'notParticipating',
      venID: ownVenID,
      vavailability: [{ dtstart: formatDateTime(at(5)), duration: 'PT3H' }],
      createdDateTime: formatDateTime(told.at),
      requestID: expect.stringMatching(/^opt-1\./) as string,
      eiTarget: { venID: [ownVenID] },
    };
    expect(told.line).toEqual([{ purpose: 'opt', message, resend: false, attempt: 1 }]);
    expect(say(told, '200').facts('OptCreated')).toEqual([{ optID: 'opt-1', optType: 'optOut' }]);
    expect(held(told)).toEqual([
      ['battery', at(5), at(8)],
      ['garage', at(5), at(8)],
    ]);
    expect(held(told, at(8))).toEqual([]);
  });

  it('given it names devices, their class, a programme or no end, then so does what is said', () => {
    const told = give(
      inForce({ devices }),
      schedule('opt-1', {
        windows: [{ startAt: at(5), endAt: null }],
        resourceIDs: ['garage'],
        deviceClass: 'EVSE',
        marketContext: 'http://programme.example/TER',
      }),
    );
    expect(told.toSend('oadrCreateOpt')).toMatchObject([
      {
        marketContext: 'http://programme.example/TER',
        vavailability: [{ duration: 'PT0S' }],
        eiTarget: { resourceID: ['garage'], venID: [ownVenID] },
        oadrDeviceClass: { endDeviceAsset: ['EVSE'] },
      },
    ]);
    expect(held(told)).toEqual([['garage', at(5), at(5) + 366 * 24 * hourMs]]);
  });

  it('given nobody has registered us yet, then it holds here and is said when we are', () => {
    const told = give(started({ devices }), schedule('opt-1'));
    expect(told.toSend('oadrCreateOpt')).toEqual([]);
    expect(held(told)).toHaveLength(2);
  });

  it('given it is taken back, then that is said, and nothing holds', () => {
    const told = takenBack(say(give(inForce({ devices }), schedule('opt-1')), '200'), 'opt-1');
    expect(told.toSend('oadrCancelOpt')).toMatchObject([{ optID: 'opt-1', venID: ownVenID }]);
    expect(held(told)).toEqual([]);
  });

  it('given the VTN does not take it, then people are told, it holds all the same, and the alarm ends when it is given again', () => {
    const told = say(give(inForce({ devices }), schedule('opt-1')), '459');
    expect(told.facts('ExchangeRefused')).toMatchObject([
      { purpose: 'opt', message: 'oadrCreateOpt', responseCode: '459', why: 'no' },
    ]);
    expect(told.facts('AlarmRaised')).toMatchObject([
      {
        alarm: 'optRefused',
        subject: 'opt-1',
        text: 'The VTN does not take the opt opt-1 (459: no), and may count on devices that are out.',
      },
    ]);
    expect(held(told)).toHaveLength(2);
    expect(give(told, schedule('opt-1')).facts('AlarmCleared')).toEqual([{ alarm: 'optRefused', subject: 'opt-1' }]);
  });

  it('given another is given for the same, then the former is over once the VTN has the later', () => {
    const told = give(say(give(inForce({ devices }), schedule('opt-1')), '200'), schedule('opt-2'));
    expect(told.facts('OptEnded')).toEqual([]);
    expect(say(told, '200').facts('OptEnded')).toEqual([{ optID: 'opt-1', because: 'replaced' }]);
  });

  it.each([
    ['the other way', { optType: 'optIn' }],
    ['for one device', { resourceIDs: ['garage'] }],
    ['for another programme', { marketContext: 'http://programme.example/other' }],
  ] as const)('given another is given %s, then both stand', (_, more) => {
    const told = give(say(give(inForce({ devices }), schedule('opt-1')), '200'), schedule('opt-2', more));
    expect(say(told, '200').facts('OptEnded')).toEqual([]);
  });

  const withEvent = (): Told => {
    const told = inForce({ devices });
    told.due('PollFreq');
    told.answer(distributeEvent([oadrEventOf({ startAt: at(5), signals: [priceSignal(['0.1', '0.2', '0.3'])] })]));
    while (told.inFlight.purpose !== '') told.answer(done);
    return told;
  };
  const ofEvent = (more: Partial<OptGiven> = {}): OptGiven =>
    schedule('opt-3', { windows: [], eventID: 'event-1', modificationNumber: 0, ...more });

  it('given it qualifies a DR event, then it names that one and no time, and the event is out; taken back, it is in', () => {
    const told = give(withEvent(), ofEvent());
    const [message] = told.toSend('oadrCreateOpt');
    expect(message).toMatchObject({ qualifiedEventID: { eventID: 'event-1', modificationNumber: 0 } });
    expect(message).not.toHaveProperty('vavailability');
    const optType = (): unknown => snapshotOf(told.state, 'drEvent/event-1', 'drEvent')?.context.optType;
    expect(optType()).toBe('optOut');
    expect(held(told)).toEqual([]);
    takenBack(say(told, '200'), 'opt-3');
    expect(optType()).toBe('optIn');
  });

  it('given it qualifies a DR event for one device, then that one holds for as long as the event, and no other', () => {
    const told = give(withEvent(), ofEvent({ resourceIDs: ['garage'] }));
    expect(snapshotOf(told.state, 'drEvent/event-1', 'drEvent')?.context.optType).toBe('optIn');
    expect(held(told)).toEqual([['garage', at(5), at(8)]]);
    expect(outsOf(told.state, device('garage'), noon)).toMatchObject([
      { optID: 'opt-3', eventID: 'event-1', startAt: at(5), endAt: at(8), by: 'ven', standing: 'asking' },
    ]);
    expect([outsOf(told.state, device('battery'), noon), outsOf(told.state, device('garage'), at(8))]).toEqual([
      [],
      [],
    ]);
  });

  it('given a schedule for all of an event’s time, then it is answered out; for a part, or of some devices, in', () => {
    const answered = (more: Partial<OptGiven>): unknown => {
      const told = say(give(inForce({ devices }), schedule('opt-1', more)), '200');
      told.due('PollFreq');
      told.answer(distributeEvent([oadrEventOf({ startAt: at(5), signals: [priceSignal(['0.1', '0.2', '0.3'])] })]));
      return told.facts('DrEventAnswered')[0]?.['optType'];
    };
    expect(answered({})).toBe('optOut');
    expect(
      answered({
        windows: [
          { startAt: at(5), endAt: at(6) },
          { startAt: at(6), endAt: null },
        ],
      }),
    ).toBe('optOut');
    expect(answered({ windows: [{ startAt: at(5), endAt: at(7) }] })).toBe('optIn');
    expect(answered({ windows: [{ startAt: at(6), endAt: at(9) }] })).toBe('optIn');
    expect(answered({ resourceIDs: ['garage'] })).toBe('optIn');
    expect(answered({ optType: 'optIn' })).toBe('optIn');
    expect(answered({ marketContext: 'http://programme.example/other' })).toBe('optIn');
    expect(answered({ marketContext: 'http://programme.example/TER' })).toBe('optOut');
  });
});

describe('trust', () => {
  const careful = (address = 'modbus 10.0.0.7'): Partial<VenSettings> => ({
    devices: [
      device('battery', { needsTrust: true, address }),
      device('meter', { isReadOnly: true, needsTrust: true }),
    ],
  });
  const trusted = (told: Told, serial?: string): Told => {
    const identity = { address: 'modbus 10.0.0.7', ...(serial === undefined ? {} : { serial }) };
    told.take({ type: 'DeviceTrusted', data: { resourceID: 'battery', identity, by: 'ven' } }, 'agent');
    return told;
  };
  const read = (told: Told, serial?: string): Told => {
    const status = {
      online: true,
      manualOverride: false,
      maxChargeWatts: 1,
      maxDischargeWatts: 1,
      ...(serial === undefined ? {} : { serial }),
    };
    const reading = { boundaryAt: noon, readAt: noon, importWattHours: 0, exportWattHours: 0 };
    told.take({ type: 'MeterRead', data: { resourceID: 'battery', ...reading, status } }, 'device/battery');
    return told;
  };
  const was = { address: 'modbus 10.0.0.7', serial: 'A 1' };

  it('given nobody trusts it, then it is in shadow; a meter, or what needs no trust, is not', () => {
    const { state } = started(careful());
    expect(['battery', 'meter', 'nobody'].map((id) => isInShadow(state, id))).toEqual([true, false, false]);
    expect(isInShadow(trusted(started(careful()), 'A 1').state, 'battery')).toBe(false);
    expect(isInShadow(started({ devices }).state, 'battery')).toBe(false);
    expect(isInShadow(started({ devices, shadow: true }).state, 'battery')).toBe(true);
  });

  it('given it says that it is another one, then trust ends, and people are told which is there', () => {
    const told = read(trusted(started(careful()), 'A 1'), 'B 2');
    expect(told.facts('DeviceTrustEnded')).toEqual([
      { resourceID: 'battery', because: 'serial', was, is: { address: 'modbus 10.0.0.7', serial: 'B 2' } },
    ]);
    expect(told.facts('AlarmRaised')).toMatchObject([
      {
        alarm: 'trustEnded',
        subject: 'battery',
        text: 'battery is told nothing any more: B 2 is there, and A 1 was trusted.',
      },
    ]);
    expect(isInShadow(told.state, 'battery')).toBe(true);
    expect(trusted(told, 'B 2').facts('AlarmCleared')).toEqual([{ alarm: 'trustEnded', subject: 'battery' }]);
  });

  it('given it is the same, then trust goes on; given it tells no serial any more, then it is another', () => {
    expect(read(trusted(started(careful()), 'A 1'), 'A 1').facts('DeviceTrustEnded')).toEqual([]);
    expect(read(trusted(started(careful()), 'A 1')).facts('DeviceTrustEnded')).toMatchObject([
      { is: { address: 'modbus 10.0.0.7' } },
    ]);
    expect(read(started(careful()), 'B 2').facts('DeviceTrustEnded')).toEqual([]);
  });

  it('given it is elsewhere in the configuration at the next start, then trust ends, and people are told', () => {
    const told = trusted(started(careful()), 'A 1');
    const settings = { ...told.state.settings, ...careful('modbus 10.0.0.8') } as VenSettings;
    const versions = { agent: '0', machines: '3', node: '20', timeZoneData: '0' };
    told.take({ type: 'AgentStarted', data: { versions, settings } }, 'agent');
    expect(told.facts('DeviceTrustEnded')).toEqual([
      { resourceID: 'battery', because: 'address', was, is: { address: 'modbus 10.0.0.8' } },
    ]);
    expect(told.facts('AlarmRaised')).toMatchObject([
      { text: 'battery is told nothing any more: modbus 10.0.0.8 is there, and A 1 was trusted.' },
    ]);
  });

  it('given whoever was to be told was another, then trust ends; one that failed and said nothing is trusted still', () => {
    const failed = (foundSerial?: string): Told => {
      const told = trusted(started(careful()), 'A 1');
      const data = {
        resourceID: 'battery',
        setpointID: 's',
        detail: 'no',
        ...(foundSerial === undefined ? {} : { foundSerial }),
      };
      told.take({ type: 'SetpointFailed', data } as Input, 'device/battery');
      return told;
    };
    expect(failed('B 2').facts('DeviceTrustEnded')).toMatchObject([{ is: { serial: 'B 2' } }]);
    expect(failed('').facts('DeviceTrustEnded')).toMatchObject([{ is: { address: 'modbus 10.0.0.7' } }]);
    expect(failed('').facts('DeviceTrustEnded')[0]?.['is']).not.toHaveProperty('serial');
    expect(failed().facts('DeviceTrustEnded')).toEqual([]);
  });

  it('given a person trusts it no longer, then it is in shadow; who did not before takes note of an alarm alone', () => {
    const distrusted = (told: Told): Told => {
      told.take({ type: 'DeviceDistrusted', data: { resourceID: 'battery', by: 'ven' } }, 'agent');
      return told;
    };
    const told = distrusted(trusted(started(careful()), 'A 1'));
    expect(told.facts('DeviceTrustEnded')).toEqual([{ resourceID: 'battery', because: 'distrusted', was }]);
    expect(isInShadow(told.state, 'battery')).toBe(true);
    const another = distrusted(read(trusted(started(careful()), 'A 1'), 'B 2'));
    expect([another.facts('DeviceTrustEnded'), another.facts('AlarmCleared')]).toEqual([
      [],
      [{ alarm: 'trustEnded', subject: 'battery' }],
    ]);
  });
});

describe('overrides', () => {
  const override = (told: Told, action: 'charge' | 'discharge' | 'hold', more: object = {}): Told => {
    const instruction = { kind: 'override' as const, action, ...more };
    told.take(
      {
        type: 'OperatorInstructed',
        data: { resourceID: 'battery', instruction, endAt: at(7), isForLength: true, by: 'ven' },
      },
      'agent',
    );
    return told;
  };
  const dispatched = (
    settings: Partial<VenSettings> = {},
    value = '3',
    required: 'always' | 'never' = 'always',
  ): Told => {
    const told = inForce({ devices, followDrEvents: true, overrideOptsOut: true, ...settings });
    const signals = [priceSignal([value], { signalName: 'LOAD_DISPATCH', signalType: 'setpoint' })];
    told.due('PollFreq');
    told.answer(distributeEvent([oadrEventOf({ startAt: at(1), signals }, required)]));
    while (told.inFlight.purpose !== '') told.answer(done);
    return told;
  };

  it('given one contradicts what a DR event asks, then the device is opted out of it, and the VTN told why', () => {
    const told = override(dispatched(), 'discharge');
    expect(told.facts('OptConcluded')).toMatchObject([
      {
        optType: 'optOut',
        optReason: 'overrideStatus',
        eventID: 'event-1',
        modificationNumber: 0,
        windows: [],
        resourceIDs: ['battery'],
        resourceID: 'battery',
        by: 'override',
      },
    ]);
    expect(told.toSend('oadrCreateOpt')).toMatchObject([{ optReason: 'overrideStatus' }]);
    expect(override(told, 'hold').facts('OptConcluded')).toEqual([]);
  });

  it('given it does what is asked, or nobody said that it opts out, or no answer is wanted, then nothing is opted', () => {
    expect(override(dispatched(), 'charge', { powerWatts: 1_500 }).facts('OptConcluded')).toEqual([]);
    expect(override(dispatched({ overrideOptsOut: false }), 'discharge').facts('OptConcluded')).toEqual([]);
    expect(override(dispatched({}, '3', 'never'), 'discharge').facts('OptConcluded')).toEqual([]);
    expect(override(dispatched({}, '0'), 'hold').facts('OptConcluded')).toEqual([]);
  });

  it('given it draws more, or less, than is asked, then it contradicts', () => {
    expect(override(dispatched(), 'charge', { powerWatts: 1_501 }).facts('OptConcluded')).toHaveLength(1);
    expect(override(dispatched(), 'charge', { powerWatts: 1_499 }).facts('OptConcluded')).toHaveLength(1);
    expect(override(dispatched(), 'hold').facts('OptConcluded')).toHaveLength(1);
  });

  it('given the only device that an event asks, then the VEN is out of it as a whole', () => {
    const [concluded] = override(dispatched({ devices: [device('battery')] }), 'discharge').facts('OptConcluded');
    expect(concluded).not.toHaveProperty('resourceIDs');
  });

  it('given a person releases it, then it has ended, and what a device that is not overridden was told goes on', () => {
    const release = (told: Told, resourceID?: string): readonly unknown[] => {
      told.take(
        { type: 'OperatorReleased', data: { by: 'ven', ...(resourceID === undefined ? {} : { resourceID }) } },
        'agent',
      );
      return told.facts('InstructionEnded');
    };
    const over = [{ resourceID: 'battery', kind: 'override', because: 'released' }];
    expect(release(override(inForce({ devices }), 'hold'))).toEqual(over);
    expect(release(override(inForce({ devices }), 'hold'), 'battery')).toEqual(over);
    expect(release(override(inForce({ devices }), 'hold'), 'garage')).toEqual([]);
  });
});

describe('certificates', () => {
  const seen = (told: Told, standing: CertificateStanding, more: object = {}): Told => {
    const certificate = { fingerprint: 'AA:BB', validFrom: at(24), validTo: at(240), key: 'RSA 2048' };
    told.take({ type: 'CertificateSeen', data: { whose: 'ours', certificate, standing, ...more } } as Input, 'agent');
    return told;
  };

  it.each([
    ['endsWithin60', 'certificateEnds', 'Our client certificate AA:BB ends on 2026-06-20, within 60 days.'],
    ['endsWithin30', 'certificateEnds', 'Our client certificate AA:BB ends on 2026-06-20, within 30 days.'],
    ['endsWithin7', 'certificateEndsSoon', 'Our client certificate AA:BB ends on 2026-06-20, within 7 days.'],
    [
      'expired',
      'certificateInvalid',
      'Our client certificate AA:BB expired on 2026-06-20: no prices come and no hour is delivered until it is renewed.',
    ],
    [
      'notYetValid',
      'certificateInvalid',
      'Our client certificate AA:BB is valid only from 2026-06-11 by this machine’s clock.',
    ],
  ] as const)('given it %s, then people are told once, and when it is over', (standing, alarm, text) => {
    const told = seen(started(), standing);
    expect(told.facts('AlarmRaised')).toMatchObject([{ alarm, subject: 'ours', text }]);
    expect(seen(told, standing).facts('AlarmRaised')).toEqual([]);
    const good = seen(told, 'good');
    expect([good.facts('AlarmCleared'), good.alarms]).toEqual([[{ alarm, subject: 'ours' }], []]);
  });

  it('given it comes nearer to its end, then the one alarm takes the place of the other', () => {
    const told = seen(seen(started(), 'endsWithin30'), 'endsWithin7');
    expect(told.alarms).toEqual(['certificateEndsSoon ours']);
    expect(seen(told, 'expired', { certificate: null }).alarms).toEqual([]);
  });

  it('given the VTN is known by its authority alone, then people are told; by its name, not', () => {
    const line = (knownBy: string) => ({
      whose: 'theirs',
      line: { protocol: 'TLSv1.3', cipher: 'c', knownBy, revocation: 'unchecked' },
    });
    const told = seen(started(), 'good', line('authority'));
    expect(told.alarms).toEqual(['vtnNameUnchecked theirs']);
    expect(seen(told, 'good', line('name')).alarms).toEqual([]);
    expect(seen(started(), 'good', { line: line('authority').line }).alarms).toEqual([]);
  });

  it('given what was renewed cannot be used, then people are told, until it can', () => {
    const renewal = (told: Told, isRefused: boolean): Told => {
      told.take({ type: 'RenewalRefused', data: { isRefused, detail: 'the key is another' } }, 'agent');
      return told;
    };
    const told = renewal(started(), true);
    expect(told.facts('AlarmRaised')).toMatchObject([
      { alarm: 'renewalRefused', text: 'What leads to the VTN was renewed and cannot be used: the key is another' },
    ]);
    expect(renewal(told, false).alarms).toEqual([]);
  });
});

describe('a second agent', () => {
  it.each([
    ['anchor', /^Stop one of the two/],
    ['registration', /^Look for a second machine/],
  ] as const)('given %s shows one, then people are told what to do, until it is over', (by, advice) => {
    const told = started();
    told.take(
      { type: 'SecondAgentSuspected', data: { by, isSuspected: true, detail: 'told twice' } } as Input,
      'agent',
    );
    expect(told.facts('AlarmRaised')).toMatchObject([
      { alarm: 'secondAgent', subject: by, text: 'told twice', advice: expect.stringMatching(advice) as string },
    ]);
    told.take({ type: 'SecondAgentSuspected', data: { by, isSuspected: false, detail: '' } }, 'agent');
    expect(told.alarms).toEqual([]);
  });
});

describe('entries that were lost', () => {
  const metered = (told: Told, hour: number): void => {
    const status = { online: true, manualOverride: false, maxChargeWatts: 1, maxDischargeWatts: 1 };
    const instant = { boundaryAt: at(hour), readAt: at(hour) };
    told.take(
      {
        type: 'MeterRead',
        data: { resourceID: 'battery', ...instant, importWattHours: 1_000 * hour, exportWattHours: 0, status },
      },
      'device/battery',
    );
  };
  const repaired = (more: object): Told => {
    const told = started({ devices: [device('battery')] });
    for (const hour of [0, 1, 2, 3]) metered(told, hour);
    const seal = { fromPosition: 0, toPosition: 0, gaps: 0, entries: 0, digest: '' };
    const headAfter = { position: 9, hash: '' };
    const counts = { lostEntries: 1, lostWires: 0 };
    told.take({ type: 'LogRepaired', data: { findings: [], lost: [], ...counts, headAfter, seal, ...more } }, 'agent');
    return told;
  };

  it('given hours that may have been told in them, then they are in doubt and held, and people are told how many', () => {
    const told = repaired({ lost: [{ fromPosition: 1, toAt: at(2) + 1 }] });
    expect(told.facts('UsageDue')).toMatchObject([
      {
        reportRequestID: 'unknown',
        usage: [
          {
            resourceID: 'battery',
            intervals: [
              { startAt: at(0), durationMs: hourMs, energyWattHours: 1_000 },
              { startAt: at(1), durationMs: hourMs, energyWattHours: 1_000 },
            ],
          },
        ],
      },
    ]);
    expect(told.facts('UsageDeliveryDoubted')).toMatchObject([
      { policy: 'hold', because: 'entries of the log were lost in which it may have been acknowledged' },
    ]);
    expect(told.facts('AlarmRaised')).toMatchObject([
      {
        alarm: 'usageInDoubt',
        text: 'Entries of the log were lost, so it is unknown whether the VTN counted the usage of 2 hours.',
      },
    ]);
  });

  it('given nothing was lost, or before the first reading, then nothing is in doubt', () => {
    expect(repaired({}).facts('UsageDue')).toEqual([]);
    const before = repaired({ lost: [{ fromPosition: 1, toAt: at(0) }] });
    expect([before.facts('UsageDue'), before.alarms]).toEqual([[], []]);
  });

  it('given a person had opted before them, then it holds on', () => {
    const opt = { optID: 'opt-1', optType: 'optOut', optReason: 'notParticipating', by: 'ven' };
    const told = repaired({ opts: [{ ...opt, windows: [{ startAt: at(5), endAt: at(8) }] }], optedOut: ['event-1'] });
    expect(heldByOpts(told.state, noon, []).map(({ startAt, endAt }) => [startAt, endAt])).toEqual([[at(5), at(8)]]);
    expect(snapshotOf(told.state, 'drEvent/event-1', 'drEvent')?.context.optType).toBe('optOut');
  });
});
