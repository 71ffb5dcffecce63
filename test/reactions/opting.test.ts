/** Opts as the VTN hears them, in which order and how often; and what overrides make of DR events. */
import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../../src/core/state.ts';
import type { OptGiven } from '../../src/facts/opts.ts';
import type { VenSettings } from '../../src/facts/settings.ts';
import type { OadrMessage } from '../../src/protocol/payload.ts';
import { heldByOpts, outsOf } from '../../src/reactions/optHolds.ts';
import { loadCommands } from '../../src/reactions/loadCommands.ts';
import { optHoldsOn } from '../../src/reactions/opts.ts';
import { distributeEvent, oadrEventOf, priceSignal, type DrEventParts } from '../support/drEventMessages.ts';
import { at, give, schedule } from './support/opts.ts';
import { device, eiResponse, inForce, noon, registered, type Told } from './support/told.ts';

const devices = [device('battery'), device('garage')];
const done: OadrMessage = { message: 'oadrResponse', eiResponse };

const takenBack = (told: Told, optID: string): Told => {
  told.take({ type: 'OptTakenBack', data: { optID, by: 'ven' } }, 'agent');
  return told;
};
const say = (told: Told, responseCode = '200'): Told => {
  const { optID, requestID } = told.inFlight.message as { optID: string; requestID: string };
  told.answer({
    message: 'oadrCreatedOpt',
    eiResponse: { responseCode, responseDescription: 'no', requestID },
    optID,
  } as OadrMessage);
  return told;
};
const fail = (told: Told, httpStatus = 500): Told => {
  const failure = { reason: 'httpStatus', httpStatus, certainlyNotDelivered: false, detail: `it said ${httpStatus}.` };
  told.take({ type: 'ExchangeFailed', data: { exchangeID: told.inFlight.exchangeID, ...failure } } as never);
  return told;
};
const words = (told: Told) => told.toSend('oadrCreateOpt').map(({ requestID }) => requestID);
const standingOf = (told: Told, optID: string) => snapshotOf(told.state, `opt/${optID}`, 'opt')?.value;

/** A list of DR events comes, and is answered. */
const listed = (told: Told, ...events: readonly (DrEventParts & { readonly required?: 'never' })[]): Told => {
  if (told.inFlight.purpose === '') told.due('PollFreq');
  told.answer(distributeEvent(events.map(({ required, ...parts }) => oadrEventOf(parts, required))));
  return told;
};
const quiet = (told: Told): Told => {
  while (told.inFlight.purpose !== '') told.answer(done);
  return told;
};
const prices: DrEventParts = { startAt: at(5), signals: [priceSignal(['0.1', '0.2', '0.3'])] };

describe('a schedule and the ones that it stands for', () => {
  const forGarage = { resourceIDs: ['garage'] };

  it('given the VTN hears the first word only after the second, then the second is said once more, for there the later counts', () => {
    const told = say(give(fail(give(inForce({ devices }), schedule('opt-1'))), schedule('opt-2', forGarage)));
    expect(standingOf(told, 'opt-2')).toEqual({ holding: 'standing' });
    told.due('askAgain', 'opt/opt-1');
    expect(words(told)).toEqual(['opt-1.1']);
    say(told);
    expect(told.facts('OptEnded')).toEqual([]);
    expect(words(told)).toEqual(['opt-2.2']);
  });

  it('given a later one for a part of its devices, or one that qualifies a DR event, then neither stands for it', () => {
    const told = say(give(inForce({ devices }), schedule('opt-1', { resourceIDs: ['battery', 'garage'] })));
    say(give(told, schedule('opt-2', forGarage)));
    expect(told.facts('OptEnded')).toEqual([]);
    say(give(quiet(listed(told, prices)), schedule('opt-3', { windows: [], eventID: 'event-1' })));
    expect([told.facts('OptEnded'), standingOf(told, 'opt-1'), standingOf(told, 'opt-2')]).toEqual([
      [],
      { holding: 'standing' },
      { holding: 'standing' },
    ]);
    expect(say(give(told, schedule('opt-4', { resourceIDs: ['garage', 'car'] }))).facts('OptEnded')).toEqual([
      { optID: 'opt-2', because: 'replaced' },
    ]);
  });

  it('given it ends while nobody knows whether the VTN heard it, then what it would stand for there is said again', () => {
    const ended = (more: Partial<OptGiven> = {}): readonly unknown[] => {
      const told = say(give(inForce({ devices }), schedule('opt-2', forGarage)));
      fail(give(told, schedule('opt-1', { windows: [{ startAt: at(1), endAt: at(2) }], ...more })));
      told.due('lapse', 'opt/opt-1');
      expect(told.facts('OptEnded')).toEqual([{ optID: 'opt-1', because: 'over' }]);
      return words(told);
    };
    expect(ended()).toEqual(['opt-2.2']);
    expect(ended({ optType: 'optIn' })).toEqual([]);
    expect(ended({ marketContext: 'http://programme.example/other' })).toEqual([]);
    expect(ended({ resourceIDs: ['battery'] })).toEqual([]);
  });

  it('given it was heard, then nothing is said again at its end', () => {
    const told = say(give(inForce({ devices }), schedule('opt-1', forGarage)));
    say(give(told, schedule('opt-2', { optType: 'optIn', windows: [{ startAt: at(1), endAt: at(2) }] })));
    told.due('lapse', 'opt/opt-2');
    expect([told.facts('OptEnded'), words(told)]).toEqual([[{ optID: 'opt-2', because: 'over' }], []]);
  });

  it('given it is over before the VTN could hear it, then it is not said any more; given it is taken back, then that is', () => {
    const waiting = (): Told => {
      const told = inForce({ devices });
      told.due('PollFreq');
      return give(told, schedule('opt-1', { windows: [{ startAt: at(1), endAt: at(2) }] }));
    };
    const lapsed = waiting();
    expect(words(lapsed)).toEqual(['opt-1.1']);
    lapsed.due('lapse', 'opt/opt-1');
    expect(words(lapsed)).toEqual([]);
    const beside = say(give(inForce({ devices }), schedule('opt-2', forGarage)));
    beside.due('PollFreq');
    give(beside, schedule('opt-1', { windows: [{ startAt: at(0.01), endAt: at(0.02) }] })).due('lapse', 'opt/opt-1');
    expect(words(beside)).toEqual([]);
    expect(takenBack(waiting(), 'opt-1').toSend('oadrCancelOpt')).toMatchObject([{ optID: 'opt-1' }]);
  });

  it('given several windows, then it is over with the last, whatever their order; given an open one, never', () => {
    const endOf = (...windows: OptGiven['windows']): unknown =>
      snapshotOf(give(inForce({ devices }), schedule('opt-1', { windows })).state, 'opt/opt-1', 'opt')?.context.endAt;
    const [early, late] = [
      { startAt: at(1), endAt: at(2) },
      { startAt: at(5), endAt: at(8) },
    ];
    expect([endOf(late, early), endOf(early, late)]).toEqual([at(8), at(8)]);
    expect([endOf({ startAt: at(9), endAt: null }, early), endOf(early, { startAt: at(9), endAt: null })]).toEqual([
      null,
      null,
    ]);
  });
});

describe('an opt and the VTN that registers us', () => {
  it('given somebody new to it, then all is told again; given it knew us, then what it has not taken', () => {
    const again = (isNew: boolean): readonly unknown[] => {
      const told = say(give(inForce({ devices }), schedule('opt-1')));
      fail(give(told, schedule('opt-2', { optType: 'optIn' })));
      told.take({ type: 'OperatorAsked', data: { wish: 'reregister' } }, 'agent');
      told.answer({ ...registered, registrationID: isNew ? 'registration-2' : 'registration-1' } as OadrMessage);
      return words(told);
    };
    expect([again(true), again(false)]).toEqual([['opt-1.2', 'opt-2.1'], ['opt-2.1']]);
  });

  it.each([
    [404, 'OptRefused'],
    [501, 'OptRefused'],
  ])('given it answers %i, then that is a refusal, and it is not asked again', (httpStatus, type) => {
    const told = fail(give(inForce({ devices }), schedule('opt-1')), httpStatus);
    expect(told.facts(type)).toEqual([
      { optID: 'opt-1', responseCode: String(httpStatus), why: expect.stringMatching(/[^.]$/) as string },
    ]);
    expect(standingOf(told, 'opt-1')).toEqual({ holding: 'refused' });
  });

  it('given an empty answer, then that is none', () => {
    const told = give(inForce({ devices }), schedule('opt-1'));
    told.take({ type: 'EmptyReplyReceived', data: { exchangeID: told.inFlight.exchangeID } } as never);
    expect([told.facts('ExchangeRefused'), standingOf(told, 'opt-1')]).toEqual([[], { holding: 'asking' }]);
  });

  it('given it was given before entries were lost, then it goes on as it was, and nothing of a DR event is known yet', () => {
    const { by, ...terms } = schedule('opt-1');
    expect(optHoldsOn({ ...terms, by })).toMatchObject({ to: 'opt/opt-1', event: { terms, endAt: at(8), by: 'ven' } });
    const ofEvent = schedule('opt-2', { windows: [], eventID: 'event-1' });
    expect(optHoldsOn(ofEvent)).toMatchObject({ event: { endAt: null } });
  });
});

describe('a DR event that was opted', () => {
  const garageOut = (optID = 'opt-3', eventID = 'event-1'): OptGiven =>
    schedule(optID, { windows: [], eventID, modificationNumber: 0, resourceIDs: ['garage'] });
  const opted = (): Told => say(give(quiet(listed(inForce({ devices }), prices)), garageOut()));
  const held = ({ state }: Told) => heldByOpts(state, noon, []).map(({ startAt, endAt }) => [startAt, endAt]);

  it('given it is moved, then the device is out for as long as the event is now', () => {
    const told = opted();
    quiet(listed(told, { ...prices, modificationNumber: 1, signals: [priceSignal(['0.1', '0.2', '0.3', '0.4'])] }));
    expect(held(told)).toEqual([[at(5), at(9)]]);
    expect(snapshotOf(told.state, 'opt/opt-3', 'opt')?.context).toMatchObject({ endAt: at(9), isMoved: true });
  });

  it('given its prices change and not its time, then nothing is moved', () => {
    const told = opted();
    quiet(listed(told, { ...prices, modificationNumber: 1, signals: [priceSignal(['0.4', '0.5', '0.6'])] }));
    expect(snapshotOf(told.state, 'opt/opt-3', 'opt')?.context).toMatchObject({ endAt: at(8), isMoved: false });
  });

  it('given it is cancelled, then what was opted of it is over, and of another event it is not', () => {
    const other: DrEventParts = { ...prices, eventID: 'event-2', startAt: at(9) };
    const told = say(give(quiet(listed(inForce({ devices }), prices, other)), garageOut()));
    say(give(told, garageOut('opt-4', 'event-2')));
    listed(told, other);
    expect(told.facts('OptEnded')).toEqual([{ optID: 'opt-3', because: 'over' }]);
    expect(held(told)).toEqual([[at(9), at(12)]]);
  });

  it('given the event was forgotten here, when it is listed, then it is out as the person said, and for one device it is in', () => {
    const optTypeOf = (given: OptGiven): unknown => {
      const told = give(inForce({ devices }), given);
      fail(told);
      listed(told, prices);
      return snapshotOf(told.state, 'drEvent/event-1', 'drEvent')?.context.optType;
    };
    expect(optTypeOf(schedule('opt-3', { windows: [], eventID: 'event-1' }))).toBe('optOut');
    expect(optTypeOf(garageOut())).toBe('optIn');
  });

  it('given opts of several times, then the next one is named first, and one without an end is named until it is taken back', () => {
    const told = say(give(inForce({ devices }), schedule('opt-1', { resourceIDs: ['garage'] })));
    say(
      give(told, schedule('opt-2', { windows: [{ startAt: at(1), endAt: null }], marketContext: 'http://a.example' })),
    );
    const outs = (id: string, when = noon) => outsOf(told.state, device(id), when).map(({ optID }) => optID);
    expect([outs('garage'), outs('battery'), outs('garage', at(8)), outs('garage', at(900))]).toEqual([
      ['opt-2', 'opt-1'],
      ['opt-2'],
      ['opt-2'],
      ['opt-2'],
    ]);
  });
});

describe('an override beside a DR event that asks for power', () => {
  type Action = 'charge' | 'discharge' | 'hold';
  const override = (told: Told, action: Action, powerWatts?: number, resourceID = 'battery'): readonly unknown[] => {
    const power = powerWatts === undefined ? {} : { powerWatts };
    const instruction = { kind: 'override' as const, action, ...power };
    const data = { resourceID, instruction, endAt: at(7), isForLength: true, by: 'ven' };
    told.take({ type: 'OperatorInstructed', data }, 'agent');
    return told.facts('OptConcluded');
  };
  const asked = (
    signal: { readonly signalName: string; readonly signalType: string; readonly value: string },
    settings: Partial<VenSettings> = {},
    parts: DrEventParts = {},
  ): Told => {
    const { value, ...names } = signal;
    const signals = [priceSignal([value], names as never)];
    const told = inForce({ devices: [device('battery')], followDrEvents: true, overrideOptsOut: true, ...settings });
    return quiet(listed(told, { startAt: at(1), signals, ...parts }));
  };
  const level = (value: string) => asked({ signalName: 'SIMPLE', signalType: 'level', value });

  it.each([
    ['0', 'charge', undefined, false],
    ['1', 'charge', 2_500, false],
    ['1', 'charge', 2_501, true],
    ['1', 'discharge', undefined, false],
    ['2', 'hold', undefined, false],
    ['2', 'charge', 1, true],
    ['3', 'discharge', undefined, false],
    ['3', 'discharge', 4_999, true],
    ['3', 'hold', undefined, true],
  ] as const)('given level %s, then to %s with %s W contradicts it: %s', (value, action, watts, does) => {
    expect(override(level(value), action, watts)).toHaveLength(does ? 1 : 0);
  });

  it('given a device that cannot do what it is told to, then what it can is compared', () => {
    const most = asked({ signalName: 'LOAD_CONTROL', signalType: 'x-loadControlCapacity', value: '1' });
    expect(override(most, 'charge', 9_000)).toEqual([]);
    expect(override(level('3'), 'discharge', 9_000)).toEqual([]);
  });

  it('given it is over before the event begins, or the event before it, then it contradicts nothing', () => {
    const dispatch = { signalName: 'LOAD_DISPATCH', signalType: 'setpoint', value: '3' };
    expect(override(asked(dispatch, {}, { startAt: at(7) }), 'discharge')).toEqual([]);
    expect(override(asked(dispatch, {}, { startAt: at(7) - 60_000 }), 'discharge')).toHaveLength(1);
  });

  it('given the event asks the site as a whole, then only where one device could do it is it contradicted', () => {
    const dispatch = { signalName: 'LOAD_DISPATCH', signalType: 'setpoint', value: '3' };
    const site = (...all: VenSettings['devices']) =>
      override(asked(dispatch, { devices: all, siteMeter: true } as never), 'discharge');
    const meter = device('meter', { isReadOnly: true });
    expect(site(device('battery'), meter)).toHaveLength(1);
    expect(site(device('battery'), meter)[0]).not.toHaveProperty('resourceIDs');
  });

  it('given a person opted in with that device, then that opt is turned, and no second one made', () => {
    const dispatch = { signalName: 'LOAD_DISPATCH', signalType: 'setpoint', value: '3' };
    const told = asked(dispatch, { devices });
    const optedIn = schedule('opt-7', {
      optType: 'optIn',
      windows: [],
      eventID: 'event-1',
      modificationNumber: 0,
      resourceIDs: ['battery'],
    });
    say(give(told, optedIn));
    expect(override(told, 'discharge')).toMatchObject([{ optID: 'opt-7', optType: 'optOut' }]);
    expect(override(told, 'discharge', undefined, 'garage')).toMatchObject([
      { optID: expect.not.stringMatching(/^opt-7$/) as string, resourceIDs: ['garage'] },
    ]);
  });

  it('given a device that is only read or is in shadow, then nothing can be overridden, and nothing is opted', () => {
    const dispatch = { signalName: 'LOAD_DISPATCH', signalType: 'setpoint', value: '3' };
    expect(override(asked(dispatch, { devices, shadow: true }), 'discharge')).toEqual([]);
    const readOnly = asked(dispatch, { devices: [device('battery', { isReadOnly: true }), device('garage')] });
    expect(override(readOnly, 'discharge')).toEqual([]);
  });

  it('given the event is cancelled while it is carried out, then it is asked until its random end, and no longer', () => {
    const told = asked({ signalName: 'SIMPLE', signalType: 'level', value: '2' }, {}, { startAt: at(1) });
    const commands = (when: number) => loadCommands(told.state, when).map(({ startAt, endAt }) => [startAt, endAt]);
    expect([commands(noon), commands(at(2) - 1), commands(at(2))]).toEqual([[[at(1), at(2)]], [[at(1), at(2)]], []]);
    told.take({ type: 'OperatorOpted', data: { eventID: 'event-1', optType: 'optOut', by: 'ven' } } as never, 'agent');
    expect(commands(noon)).toEqual([]);
  });
});
