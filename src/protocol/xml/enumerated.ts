import type { ExtensionToken } from '../types/enumerations.ts';
import type { KnownResponseCode } from '../types/responseCode.ts';
import { responseCodes } from '../types/responseCode.ts';
import type { Codec, WireReading } from './codec.ts';
import type { XmlElement } from './element.ts';
import { leaf, strictlyTrimmed } from './leaf.ts';
import { collapseXml } from './whitespace.ts';

/** Spellings met in the field, beside wrong upper and lower case. */
const aliases: Readonly<Record<string, string>> = { canceled: 'cancelled' };

const isExtension = (bare: string): bare is ExtensionToken => /^x-\S.*$/.test(bare);

const nearMiss = <Value extends string>(bare: string, values: readonly Value[]): Value | undefined => {
  const lower = bare.toLowerCase();
  const wanted = Object.hasOwn(aliases, lower) ? aliases[lower] : lower;
  return values.find((value) => value.toLowerCase() === wanted);
};

const tolerated = <Value extends string>(
  bare: string,
  values: readonly Value[],
  element: XmlElement,
  reading: WireReading,
): Value | undefined => {
  const near = nearMiss(bare, values);
  if (near === undefined) return undefined;
  reading.tolerate(
    'XSD',
    element,
    `${element.name.local} is ${bare}; it is taken for ${near}.`,
    responseCodes.invalidData,
  );
  return near;
};

const listed = (values: readonly string[]): string => `one of ${values.join(', ')}`;

/** One of a list; white space around it does not matter to the schema. */
export const token = <Value extends string>(values: readonly Value[]): Codec<Value> =>
  leaf<Value>({
    read: (raw, element, reading) => {
      const bare = collapseXml(raw);
      return values.find((value) => value === bare) ?? tolerated(bare, values, element, reading);
    },
    write: (value) => (values.includes(value) ? value : undefined),
    expected: listed(values),
  });

/** One of a list, or a name that begins with `x-`. */
export const extensibleToken = <Value extends string>(
  values: readonly Value[],
  responseCode: KnownResponseCode = responseCodes.invalidData,
): Codec<Value | ExtensionToken> =>
  leaf<Value | ExtensionToken>({
    read: (raw, element, reading) => {
      const bare = collapseXml(raw);
      if (isExtension(bare)) return bare;
      return values.find((value) => value === bare) ?? tolerated(bare, values, element, reading);
    },
    write: (value) => (isExtension(value) || values.some((known) => known === value) ? value : undefined),
    expected: `${listed(values)}, or a name that begins with x-`,
    responseCode,
  });

/** One of a closed list that Annex B nevertheless says can be extended by `x-`: tolerated on receipt, never sent. */
export const closedToken = <Value extends string>(values: readonly Value[]): Codec<Value | ExtensionToken> =>
  leaf<Value | ExtensionToken>({
    read: (raw, element, reading) => {
      const bare = collapseXml(raw);
      const known = values.find((value) => value === bare);
      if (known !== undefined || !isExtension(bare)) return known ?? tolerated(bare, values, element, reading);
      reading.tolerate(
        'XSD',
        element,
        `${element.name.local} is ${bare}; the schema's list is closed.`,
        responseCodes.notRecognized,
      );
      return bare;
    },
    write: (value) => (values.some((known) => known === value) ? value : undefined),
    expected: listed(values),
  });

/** One of a list, where white space around it matters to the schema. */
export const exactly = <Value extends string>(values: readonly Value[]): Codec<Value> =>
  leaf<Value>({
    read: (raw, element, reading) => {
      const bare = strictlyTrimmed(raw, element, reading);
      return values.find((value) => value === bare) ?? tolerated(bare, values, element, reading);
    },
    write: (value) => (values.includes(value) ? value : undefined),
    expected: listed(values),
  });

/** As `exactly`, for lists where upper and lower case differ in meaning: `m` is milli, `M` is mega. */
export const exactlyCased = <Value extends string>(values: readonly Value[]): Codec<Value> =>
  leaf<Value>({
    read: (raw, element, reading) => {
      const bare = strictlyTrimmed(raw, element, reading);
      return values.find((value) => value === bare);
    },
    write: (value) => (values.includes(value) ? value : undefined),
    expected: listed(values),
  });
