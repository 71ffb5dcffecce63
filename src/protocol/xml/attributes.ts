import type { WireReading } from './codec.ts';
import { type XmlElement, attributeOf } from './element.ts';
import { type Name, xsi } from './names.ts';
import { quoted } from './refuse.ts';

const nil = xsi('nil');

/** Attributes that XML Schema allows on every element. */
const everywhere: readonly Name[] = [xsi('type'), xsi('schemaLocation'), xsi('noNamespaceSchemaLocation')];

/** Whether an element says that it has no value. */
export const isNil = (element: XmlElement): boolean => {
  const value = element.attributes === undefined ? undefined : attributeOf(element, nil)?.trim();
  return value === 'true' || value === '1';
};

/** Tolerates attributes an element does not have in the schema; none of them means anything to us. */
export const checkAttributes = (element: XmlElement, reading: WireReading, allowed: readonly Name[] = []): void => {
  if (element.attributes === undefined) return;
  for (const { name } of element.attributes) {
    if (everywhere.includes(name) || allowed.includes(name)) continue;
    reading.tolerate(
      '19.19',
      element,
      `The attribute ${quoted(name.local)} has no place on ${element.name.local}; it is ignored.`,
    );
  }
};
