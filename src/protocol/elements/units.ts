import { currencies } from '../types/currencies.ts';
import { siScaleCodes } from '../types/enumerations.ts';
import { responseCodes } from '../types/responseCode.ts';
import type { Codec } from '../xml/codec.ts';
import { fixed, only } from '../xml/combinators.ts';
import { exactlyCased, token } from '../xml/enumerated.ts';
import { required, requiredWhenSent } from '../xml/field.ts';
import { leaf } from '../xml/leaf.ts';
import { boolean, decimal, float, text } from '../xml/leaves.ts';
import { atom, type Name, type Namespace, oadr, power, scale } from '../xml/names.ts';
import { sequence } from '../xml/sequence.ts';
import { collapseXml } from '../xml/whitespace.ts';
import type {
  ItemBase,
  OadrGBDataDescription,
  PowerAttributes,
  PowerItem,
  PulseCount,
  ScaledItem,
} from './itemBase.ts';
import { opaqueXml } from './opaqueXml.ts';

/** @reading A unit without a scale is taken as it stands. */
const siScaleCode = required(scale('siScaleCode'), exactlyCased(siScaleCodes), { rule: 'XSD', value: 'none' });

const powerAttributes: Codec<PowerAttributes> = sequence([
  required(power('hertz'), decimal),
  required(power('voltage'), decimal),
  required(power('ac'), boolean),
]);

const fixedDescription = (namespace: Namespace, description: string) =>
  required(namespace('itemDescription'), fixed(description), { rule: 'XSD', value: description });

const fixedUnits = (namespace: Namespace, units: string) =>
  required(namespace('itemUnits'), fixed(units), { rule: 'XSD', value: units });

/** One of a list on the wire; another text is tolerated and kept. */
const listedText = (values: readonly string[], expected: string): Codec<string> =>
  leaf<string>({
    read: (raw, found, reading) => {
      const bare = collapseXml(raw);
      if (!values.includes(bare))
        reading.tolerate(
          'XSD',
          found,
          `${found.name.local} is ${JSON.stringify(bare)}; expected is ${expected}.`,
          responseCodes.invalidData,
        );
      return bare;
    },
    write: (value) => (values.includes(value) ? value : undefined),
    expected,
  });

type Content<Item extends ItemBase> = Codec<Omit<Item, 'element'>>;

const powerItem = (description: string, units: Codec<string>, usual: string): Content<PowerItem> =>
  sequence([
    fixedDescription(power, description),
    required(power('itemUnits'), units, { rule: 'XSD', value: usual }),
    siScaleCode,
    requiredWhenSent(power('powerAttributes'), powerAttributes),
  ]);

const scaledItem = (namespace: Namespace, description: string, units: string): Content<ScaledItem> =>
  sequence([fixedDescription(namespace, description), fixedUnits(namespace, units), siScaleCode]);

const temperature: Content<ScaledItem> = sequence([
  fixedDescription(oadr, 'temperature'),
  required(oadr('itemUnits'), token(['celsius', 'fahrenheit'])),
  siScaleCode,
]);

/** The schema has no description for a price per therm; whoever sends one borrows another. */
const currency = (usual: string): Content<ScaledItem> =>
  sequence([
    required(
      oadr('itemDescription'),
      listedText(['currency', 'currencyPerKW', 'currencyPerKWh'], 'currency, currencyPerKW or currencyPerKWh'),
      {
        rule: 'XSD',
        value: usual,
      },
    ),
    required(oadr('itemUnits'), listedText(currencies, 'an ISO 4217 code such as USD')),
    siScaleCode,
  ]);

const customUnit: Content<ScaledItem> = sequence([
  required(oadr('itemDescription'), text),
  required(oadr('itemUnits'), text),
  siScaleCode,
]);

const pulseCount: Content<PulseCount> = sequence([
  fixedDescription(oadr, 'pulse count'),
  fixedUnits(oadr, 'count'),
  required(oadr('pulseFactor'), float),
]);

const greenButton: Content<OadrGBDataDescription> = {
  decode: (element, reading) => ({ feed: feed.decode(element, reading) }),
  encode: (value, writer) => feed.encode(value.feed, writer),
};
const feed = only(atom('feed'), opaqueXml);

/** Adds the name of the element to what it holds. */
const unit = <Item extends ItemBase>(
  name: Name<Item['element']>,
  content: Content<Item>,
): readonly [Name, Codec<ItemBase>] => [
  name,
  {
    decode: (found, reading) => ({ element: name.local, ...content.decode(found, reading) }) as Item,
    encode: (value, writer) => content.encode(value as Item, writer),
  },
];

/** The elements that may stand for `emix:itemBase`, each with what it holds. */
export const unitCodecs: ReadonlyMap<Name, Codec<ItemBase>> = new Map([
  unit<PowerItem>(power('powerReal'), powerItem('RealPower', token(['W', 'J/s']), 'W')),
  unit<PowerItem>(power('powerApparent'), powerItem('ApparentPower', fixed('VA'), 'VA')),
  unit<PowerItem>(power('powerReactive'), powerItem('ReactivePower', fixed('VAR'), 'VAR')),
  unit<ScaledItem>(power('energyReal'), scaledItem(power, 'RealEnergy', 'Wh')),
  unit<ScaledItem>(power('energyApparent'), scaledItem(power, 'ApparentEnergy', 'VAh')),
  unit<ScaledItem>(power('energyReactive'), scaledItem(power, 'ReactiveEnergy', 'VARh')),
  unit<ScaledItem>(power('voltage'), scaledItem(power, 'Voltage', 'V')),
  unit<ScaledItem>(oadr('current'), scaledItem(oadr, 'Current', 'A')),
  unit<ScaledItem>(oadr('frequency'), scaledItem(oadr, 'Frequency', 'Hz')),
  unit<ScaledItem>(oadr('Therm'), scaledItem(oadr, 'Therm', 'thm')),
  unit<ScaledItem>(oadr('temperature'), temperature),
  unit<ScaledItem>(oadr('currency'), currency('currency')),
  unit<ScaledItem>(oadr('currencyPerKWh'), currency('currencyPerKWh')),
  unit<ScaledItem>(oadr('currencyPerKW'), currency('currencyPerKW')),
  unit<ScaledItem>(oadr('currencyPerThm'), currency('currency')),
  unit<ScaledItem>(oadr('customUnit'), customUnit),
  unit<PulseCount>(oadr('pulseCount'), pulseCount),
  unit<OadrGBDataDescription>(oadr('oadrGBDataDescription'), greenButton),
]);
