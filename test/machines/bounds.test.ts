import { describe, expect, it } from 'vitest';
import type { DeviceSettings } from '../../src/facts/settings.ts';
import { judge, type Verdict } from '../../src/machines/drEvent/judge.ts';
import { loadCommandsOf } from '../../src/machines/drEvent/loadCommands.ts';
import { foreignCurrency, statesPrice } from '../../src/machines/drEvent/priceSignal.ts';
import { subjectsOf } from '../../src/machines/exchange/subjects.ts';
import { spelledInOrder } from '../../src/machines/gist.ts';
import { isMadeHere, newID } from '../../src/machines/moment.ts';
import { isOfAnOpt } from '../../src/machines/opt.ts';
import { joinedLeft, leftWithout, type LeftToTell } from '../../src/machines/report/leftToTell.ts';
import { aheadGraceMs, heldForMs, heldGraceMs, reportTerms } from '../../src/machines/report/reportTerms.ts';
import { usageAsked } from '../../src/machines/report/usageAsked.ts';
import type { EiEventSignal } from '../../src/protocol/elements/eiEventSignal.ts';
import { formatDateTime } from '../../src/protocol/types/dateTime.ts';
import { settingsFor } from '../support/agentWorld.ts';
import { distributeEvent, hourMs, minuteMs, oadrEventOf, priceSignal } from '../support/drEventMessages.ts';
import { noon } from './support/given.ts';

/** Where one thing ends and another begins: the instants, the counts and the words on the edge. */

const settings = settingsFor();
const { usageSpecifierID, statusSpecifierID, historySpecifierID } = settings;

interface Asked {
  readonly of?: string;
  readonly rIDs?: readonly string[];
  readonly granularity?: string;
  readonly back?: string;
  readonly from?: number;
  readonly length?: string;
}

const energy = 'example-device-001/energyReal';
const power = 'example-device-001/powerReal';

const judgedRequest = ({
  of = usageSpecifierID,
  rIDs = [energy],
  granularity = 'PT1H',
  back = 'PT1H',
  ...time
}: Asked) =>
  reportTerms(
    {
      reportRequestID: 'request-1',
      reportSpecifier: {
        reportSpecifierID: of,
        granularity,
        reportBackDuration: back,
        ...(time.from === undefined
          ? {}
          : { reportInterval: { dtstart: formatDateTime(time.from), duration: time.length ?? 'PT0S' } }),
        specifierPayload: rIDs.map((rID) => ({ rID, readingType: 'x-notApplicable' })),
      },
    },
    settings,
    noon,
  );
const codeOf = (asked: Asked): string => {
  const result = judgedRequest(asked);
  return result.ok ? '200' : result.fault.responseCode;
};
const remarksOf = (asked: Asked): readonly string[] => {
  const result = judgedRequest(asked);
  return result.ok ? result.remarks : [result.fault.why];
};

describe('a report request at the edge of what is offered', () => {
  const status = { of: statusSpecifierID, rIDs: ['example-device-001/resourceStatus'] };

  it('given a well-known report that is not offered, then 461, and 452 for a name of nobody', () => {
    expect([codeOf({ of: 'TELEMETRY_USAGE' }), codeOf({ of: 'TELEMETRY' })]).toEqual(['461', '452']);
  });

  it('given history from the oldest instant or the latest that is heard, then it is met, and a second beyond refused', () => {
    const history = (from: number): string => codeOf({ of: historySpecifierID, from });
    const oldest = noon - heldForMs - heldGraceMs;
    const latest = noon + aheadGraceMs;
    expect([oldest, oldest - 1_000, latest, latest + 1_000].map(history)).toEqual(['200', '454', '200', '454']);
  });

  it('given usage of a time that ended, then it is met while it is held; status of it is not, unless it is asked for once', () => {
    const over = (endAt: number): Asked => ({ from: endAt - hourMs, length: 'PT1H' });
    expect(codeOf(over(noon - heldForMs))).toBe('454');
    expect(codeOf(over(noon - heldForMs + 1_000))).toBe('200');
    const minutely = { ...status, back: 'PT1M', granularity: 'PT1M' };
    expect(codeOf({ ...minutely, ...over(noon) })).toBe('454');
    expect(codeOf({ ...minutely, ...over(noon + 1_000) })).toBe('200');
    expect(codeOf({ ...minutely, back: 'PT0S', ...over(noon) })).toBe('200');
  });

  it('given the finest and the coarsest granularity, then they are kept; once, any is', () => {
    expect(codeOf({ granularity: 'PT1M', back: 'PT1M' })).toBe('200');
    expect(codeOf({ granularity: 'PT24H', back: 'PT24H' })).toBe('200');
    expect(codeOf({ granularity: 'PT1S', back: 'PT0S' })).toBe('200');
    expect(codeOf({ of: historySpecifierID, granularity: 'PT1S' })).toBe('200');
  });

  it('given a pace, then it is remarked on only where it is slowed, and says what it was and what it is', () => {
    expect(remarksOf({})).toEqual([]);
    expect(remarksOf({ back: 'PT0S' })).toEqual([]);
    expect(remarksOf({ granularity: 'PT2H', back: 'PT1H' })).toEqual([
      'granularity of 7200 s exceeds the reportBackDuration of 3600 s; we report at the nearest pace we can keep',
    ]);
    expect(remarksOf({ of: 'METADATA', granularity: 'PT1H', back: 'PT10S' })).toEqual([
      'a reportBackDuration of 10 s is too short; we report each 60 s',
    ]);
  });

  it('given a start before what is held, then that is remarked of usage that goes on, and of nothing else', () => {
    const old = noon - heldForMs - 1_000;
    expect(remarksOf({ from: old })).toHaveLength(1);
    expect(remarksOf({ from: old + 1_000 })).toEqual([]);
    expect(remarksOf({ from: old, back: 'PT0S' })).toEqual([]);
    expect(remarksOf({ ...status, from: old })).toEqual([]);
  });

  it('given the series, then they are kept as they are named, and hours follow the local day only where they fit it', () => {
    const terms = (asked: Asked) => {
      const result = judgedRequest(asked);
      return result.ok ? result.terms : null;
    };
    expect(terms({ rIDs: [energy, power] })).toMatchObject({ rIDs: [energy, power] });
    const aligned = (granularity: string) => terms({ granularity, back: 'P1D' })?.aligned;
    expect(['PT1H', 'PT15M', 'PT7M', 'PT90M'].map(aligned)).toEqual(['localDay', 'localDay', 'clock', 'clock']);
    expect(terms({ back: 'PT0S' })?.aligned).toBe('start');
  });

  it('given it is accepted, then the programme’s word for it names the devices whose energy is asked for, and its end', () => {
    const result = judgedRequest({ rIDs: [power], from: noon, length: 'PT2H' });
    if (!result.ok) throw new Error(result.fault.why);
    const asked = (more: object) => usageAsked({ ...result.terms, ...more } as never, settings);
    expect(asked({})).toMatchObject({ resourceIDs: [], endAt: noon + 2 * hourMs, everyMs: hourMs });
    expect(asked({ rIDs: [energy, power], endAt: undefined })).toEqual({
      asker: { kind: 'reportRequest', id: 'request-1' },
      resourceIDs: ['example-device-001'],
      startAt: noon,
      granularityMs: hourMs,
      everyMs: hourMs,
    });
  });
});

describe('what void requests left', () => {
  const left = (changes: Partial<LeftToTell> = {}): LeftToTell => ({
    resourceIDs: ['battery'],
    fromAt: noon,
    toAt: noon + hourMs,
    everyMs: 15 * minuteMs,
    originAt: 0,
    ...changes,
  });

  it('given the same twice, then one is kept, from the earlier start to the later end, or without one', () => {
    const earlier = left({ fromAt: noon - hourMs, toAt: noon });
    expect(joinedLeft([left(), earlier])).toEqual([left({ fromAt: noon - hourMs })]);
    expect(joinedLeft([earlier, left()])).toEqual([left({ fromAt: noon - hourMs })]);
    expect(joinedLeft([left(), left({ toAt: null })])).toEqual([left({ toAt: null })]);
    expect(joinedLeft([left({ toAt: null }), left()])).toEqual([left({ toAt: null })]);
    expect(joinedLeft([left(), left({ originAt: 15 * minuteMs })])).toHaveLength(1);
  });

  it('given other devices, other intervals or what is over, then each is kept by itself', () => {
    const kinds = [
      left(),
      left({ resourceIDs: ['battery', 'car'] }),
      left({ everyMs: hourMs }),
      left({ originAt: minuteMs }),
      left({ isOver: true }),
    ];
    expect(joinedLeft(kinds)).toEqual(kinds);
  });

  it('given a new request takes all of its devices over, then nothing waits', () => {
    expect(leftWithout([left()], { resourceIDs: ['battery'], fromAt: noon })).toEqual([]);
  });
});

describe('the currency of a price', () => {
  const inUnit = (element: string, itemUnits: string): Pick<EiEventSignal, 'itemBase'> =>
    ({ itemBase: { element, itemDescription: element, itemUnits, siScaleCode: 'none' } }) as never;

  it.each([
    ['currencyPerKWh', 'USD', null],
    ['currencyPerKWh', ' usd ', null],
    ['currency', 'usd', null],
    ['currency', ' EUR ', 'EUR'],
    ['currencyPerKWh', 'CAD', 'CAD'],
    ['powerReal', 'W', null],
  ])('given %s in "%s", then what is foreign is %s', (element, units, foreign) => {
    expect(foreignCurrency(inUnit(element, units))).toBe(foreign);
  });

  it('given no unit, then nothing is foreign; given another type or another name, then it states no price', () => {
    expect(foreignCurrency({})).toBeNull();
    expect(statesPrice({ signalName: 'ELECTRICITY_PRICE', signalType: 'price' })).toBe(true);
    expect(statesPrice({ signalName: 'ELECTRICITY_PRICE', signalType: 'priceRelative' })).toBe(false);
    expect(statesPrice({ signalName: 'BID_PRICE', signalType: 'price' })).toBe(false);
  });
});

describe('the signals of a DR event', () => {
  const inCurrency = (itemUnits: string, element = 'currencyPerKWh') =>
    ({ itemBase: { element, itemDescription: element, itemUnits, siScaleCode: 'none' } }) as Partial<EiEventSignal>;
  const verdictOf = (
    signals: readonly EiEventSignal[],
    changes: object = {},
    required: 'always' | 'never' = 'always',
  ) => {
    const [verdict] = judge(distributeEvent([oadrEventOf({ signals }, required)]), {
      known: new Map(),
      venID: 'ven-1',
      vtnID: 'ter_vtn_1.0',
      settings: settingsFor(changes),
      at: noon,
    }).verdicts;
    return verdict as Verdict;
  };
  const dollars = priceSignal(['0.10'], inCurrency('USD'));
  const bid = priceSignal(['1'], { signalName: 'BID_PRICE', signalID: 'signal-2' });

  it('given prices in dollars, then they are in force, and nothing is remarked', () => {
    expect(verdictOf([dollars])).toMatchObject({
      responseCode: '200',
      why: 'OK',
      remarks: [],
      concern: null,
      optType: 'optIn',
    });
  });

  it('given prices in another currency, then they are told as unusable, and not followed', () => {
    const why = 'signal signal-1 of event-1 is in EUR, and only USD is understood';
    expect(verdictOf([priceSignal(['0.10'], inCurrency('EUR'))])).toMatchObject({
      responseCode: '200',
      optType: 'optOut',
      remarks: [why],
      concern: { alarm: 'pricesUnusable', why },
    });
    const both = [
      priceSignal(['0.10'], inCurrency('EUR')),
      priceSignal(['0.1'], { ...inCurrency('USD'), signalID: 'b' }),
    ];
    expect(verdictOf(both)).toMatchObject({ optType: 'optIn', remarks: [] });
  });

  it('given a price without the energy it is for, then it is read as the setting says, remarked; refused when strict', () => {
    const bare = priceSignal(['0.10'], inCurrency('USD', 'currency'));
    expect(verdictOf([bare])).toMatchObject({
      optType: 'optIn',
      remarks: ['signal signal-1 of event-1 names a currency and no energy: it is read as usd_per_kwh'],
    });
    expect(verdictOf([bare], { strict: true })).toMatchObject({
      responseCode: '460',
      why: 'signal ELECTRICITY_PRICE/price in currency of event-1 is not supported',
    });
  });

  it('given a signal that is not supported beside prices, then 460 is said, and they are in force all the same', () => {
    const why = 'signal BID_PRICE/price of event-1 is not supported';
    expect(verdictOf([dollars, bid])).toMatchObject({
      decision: 'new',
      responseCode: '460',
      why,
      optType: 'optOut',
      remarks: [`${why}; its prices are in force all the same`],
      concern: { alarm: 'signalUnsupported', why },
    });
    expect(verdictOf([bid])).toMatchObject({ decision: 'refused', responseCode: '460' });
  });

  it('given two signals of one signalID, then 459 when strict; given two, then none', () => {
    const twins = (signalID: string) => [dollars, priceSignal(['0.2'], { ...inCurrency('USD'), signalID })];
    expect(verdictOf(twins('signal-1'), { strict: true }).responseCode).toBe('459');
    expect(verdictOf(twins('signal-2'), { strict: true }).responseCode).toBe('200');
  });

  it('given a class of devices that we have not, then 469; of devices that do not say theirs, it may be theirs', () => {
    const forCars = priceSignal(['0.10'], { ...inCurrency('USD'), eiTarget: { endDeviceAsset: ['EVSE'] } });
    const devices = (deviceClass?: string) => [
      { resourceID: 'battery', maxChargeWatts: 1, maxDischargeWatts: 1, ...(deviceClass && { deviceClass }) },
    ];
    expect(verdictOf([forCars], { devices: devices('Storage') }).responseCode).toBe('469');
    expect(verdictOf([forCars], { devices: devices() }).responseCode).toBe('200');
    expect(verdictOf([dollars], { devices: devices('Storage') }).responseCode).toBe('200');
  });

  it('given the VTN wants no answer, then it gets none', () => {
    expect([verdictOf([dollars]).isAnswered, verdictOf([dollars], {}, 'never').isAnswered]).toEqual([true, false]);
  });

  it('given no signal at all, then nothing is opted into', () => {
    expect(verdictOf([])).toMatchObject({ optType: 'optOut' });
  });
});

describe('what is asked of devices', () => {
  const device = (resourceID: string, maxChargeWatts: number, more: Partial<DeviceSettings> = {}): DeviceSettings => ({
    resourceID,
    maxChargeWatts,
    maxDischargeWatts: 0,
    ...more,
  });
  const asked = (signals: readonly EiEventSignal[], devices: readonly DeviceSettings[], more: object = {}) =>
    loadCommandsOf(
      { event: oadrEventOf({ signals }).eiEvent, startAt: noon, endAt: noon + hourMs },
      settingsFor({ devices, ...more }),
      'our-ven',
    );
  const simple = priceSignal(['2'], { signalName: 'SIMPLE', signalType: 'level', signalID: 'simple' });
  const dispatch = (value: string) => priceSignal([value], { signalName: 'LOAD_DISPATCH', signalType: 'setpoint' });

  it('given SIMPLE beside prices, then it is their shadow and asks nothing; by itself it does', () => {
    const car = [device('car', 7_000)];
    expect(asked([priceSignal(['0.1']), simple], car)).toEqual([]);
    expect(asked([simple], car)).toHaveLength(1);
    expect(asked([priceSignal(['0.1']), dispatch('3')], car)).toHaveLength(1);
  });

  it('given a device that can do nothing, then it is asked nothing; none that can discharge share nothing', () => {
    expect(asked([simple], [device('sign', 0)])).toEqual([]);
    expect(asked([dispatch('-3')], [device('car', 7_000)])).toMatchObject([{ atLeastWatts: 0, atMostWatts: 0 }]);
    expect(asked([dispatch('0')], [device('car', 7_000)])).toMatchObject([{ atLeastWatts: 0, atMostWatts: 0 }]);
  });

  it('given only some devices are meant, then it is no power of the whole site', () => {
    const devices = [device('car', 7_000, { deviceClass: 'EVSE' }), device('heater', 2_000, { deviceClass: 'Heat' })];
    const forCars = { ...dispatch('3'), eiTarget: { endDeviceAsset: ['EVSE'] } };
    const site = { site: { moneyScope: 'site' } };
    expect(asked([forCars], devices, site)).toMatchObject([{ resourceID: 'car', atMostWatts: 3_000 }]);
    expect(asked([dispatch('3')], devices, site)[0]).not.toHaveProperty('resourceID');
    expect(asked([forCars], [device('car', 7_000)], site)[0]).not.toHaveProperty('resourceID');
  });

  it('given an offset of nothing or a value that is none, then nothing is asked', () => {
    const control = (signalType: EiEventSignal['signalType'], value: string) =>
      asked([priceSignal([value], { signalName: 'LOAD_CONTROL', signalType })], [device('car', 7_000)]);
    expect(control('x-loadControlPercentOffset', '0')).toEqual([]);
    expect(control('x-loadControlLevelOffset', '0')).toEqual([]);
    expect(control('x-loadControlCapacity', 'NaN')).toEqual([]);
  });
});

describe('identifiers', () => {
  it('given one of an opt, then it is known as such, and nothing that only looks like it', () => {
    expect(['opt-k3-a1', 'opt-k3.12'].map(isOfAnOpt)).toEqual([true, true]);
    expect(['opt-', 'an-opt-k3', 'opt-K3', 'opt-k3.', 'opt-k3.1x', 'opt-k3.x', 'opt-k3 '].map(isOfAnOpt)).toEqual(
      Array.from({ length: 7 }, () => false),
    );
  });

  it('given one of ours, then it is known to be made here, and those of others are not', () => {
    const moment = { at: noon, chance: 7, runID: 'run00001', settings };
    for (let chance = 0; chance < 40; chance += 1) expect(isMadeHere(newID({ ...moment, chance }, 'poll'))).toBe(true);
    const others = [
      'f47ac10b-58cc-4372-a567-0e02b2c3d479',
      'run-mq84ybk0-2db840c5x',
      'run-mq84-2db840c5',
      'run-MQ84YBK0-2db840c5',
    ];
    expect([...others, 'run-mq84ybk0-5', 'run-mq84ybk0-2db840cz'].map(isMadeHere)).toEqual(
      Array.from({ length: 6 }, () => false),
    );
  });

  it('given a message, then it speaks of its opt, its DR events or its report requests, each once', () => {
    const report = (reportRequestID: string) => ({ reportRequestID });
    expect(subjectsOf({ message: 'oadrCreateOpt', optID: 'opt-1' } as never)).toEqual(['opt-1']);
    expect(subjectsOf({ message: 'oadrCancelOpt', optID: 'opt-2' } as never)).toEqual(['opt-2']);
    expect(subjectsOf({ message: 'oadrCreatedEvent' } as never)).toEqual([]);
    expect(subjectsOf({ message: 'oadrUpdateReport', oadrReport: ['a', 'b', 'a'].map(report) } as never)).toEqual([
      'a',
      'b',
    ]);
    expect(subjectsOf({ message: 'oadrPoll', venID: 'ven-1' })).toEqual([]);
  });

  it('given content, then it is spelled the same in whatever order, and differently where it differs', () => {
    expect(spelledInOrder({ b: 1, a: [null, 'x', { c: 2 }], d: undefined })).toBe('{"a":[null,"x",{"c":2}],"b":1}');
    expect(spelledInOrder([1, 2])).not.toBe(spelledInOrder({ 0: 1, 1: 2 }));
  });
});
