import type { z } from 'zod';
import { secretSettings, settingNames, settingsSchema } from '../../shell/settings/settings.ts';
import { didYouMean } from '../../text/nearest.ts';
import { MASK } from '../secrets/secret.ts';

/** @unit characters @limit longer values are cut */
const LONGEST_VALUE = 80;

interface Described {
  readonly meta: () => { readonly allowed?: string } | undefined;
}

interface Definition extends z.core.$ZodTypeDef {
  readonly innerType?: z.core.$ZodType;
  readonly element?: z.core.$ZodType;
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  readonly options?: readonly z.core.$ZodType[];
  readonly values?: readonly unknown[];
}

const definitionOf = (schema: z.core.$ZodType): Definition => schema._zod.def as Definition;

const valueAt = (values: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    values,
  );

/** Of a choice by `kind`, the part that the value chose; undefined when it chose none. */
const chosen = (options: readonly z.core.$ZodType[], value: unknown): z.core.$ZodType | undefined => {
  const kind = valueAt(value, ['kind']);
  return options.find((option) => {
    const literal = definitionOf(option).shape?.['kind'];
    return literal !== undefined && definitionOf(literal).values?.includes(kind) === true;
  });
};

/** Past all that is wrapped around it; of a choice the part that was chosen. */
const unfolded = (schema: z.core.$ZodType | undefined, value: unknown): z.core.$ZodType | undefined => {
  if (schema === undefined) return undefined;
  const { innerType, options } = definitionOf(schema);
  if (innerType !== undefined) return unfolded(innerType, value);
  return options?.some((option) => definitionOf(option).shape !== undefined) === true
    ? unfolded(chosen(options, value), value)
    : schema;
};

const childOf = (
  schema: z.core.$ZodType | undefined,
  key: PropertyKey,
  value: unknown,
): z.core.$ZodType | undefined => {
  const plain = unfolded(schema, value);
  if (plain === undefined) return undefined;
  const { element, shape } = definitionOf(plain);
  return shape?.[String(key)] ?? (typeof key === 'number' ? element : undefined);
};

const keysOf = (schema: z.core.$ZodType | undefined, value: unknown): readonly string[] => {
  const plain = unfolded(schema, value);
  return plain === undefined ? [] : Object.keys(definitionOf(plain).shape ?? {});
};

const schemaAt = (path: readonly PropertyKey[], values: unknown): z.core.$ZodType | undefined =>
  path.reduce<z.core.$ZodType | undefined>(
    (schema, key, index) => childOf(schema, key, valueAt(values, path.slice(0, index))),
    settingsSchema,
  );

/** The words "must be …" of the innermost setting on a path that has some. */
const allowedAt = (path: readonly PropertyKey[], values: unknown): string => {
  for (let length = path.length; length > 0; length -= 1) {
    const schema = schemaAt(path.slice(0, length), values) as (z.core.$ZodType & Described) | undefined;
    const allowed = schema?.meta()?.allowed;
    if (allowed !== undefined) return allowed;
  }
  return 'something else';
};

/** Of an address nothing is shown: a password or a token may stand in it. */
const shown = (value: unknown): string => {
  const text = (JSON.stringify(value) ?? 'undefined').replaceAll(/([a-z][a-z0-9+.-]*:\/\/)[^"\s]*/gi, `$1${MASK}`);
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
};

/** `devices[0].resourceID` */
const nameOf = (path: readonly PropertyKey[]): string =>
  path.map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index === 0 ? '' : '.'}${String(key)}`)).join('');

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Puts one problem of the settings into one sentence: where, which, what stands there, what may stand there. */
export const describeIssue = (
  issue: z.core.$ZodIssue,
  values: Readonly<Record<string, unknown>>,
  originOf: (name: string) => string,
): readonly string[] => {
  if (issue.code === 'unrecognized_keys') {
    const known =
      issue.path.length === 0 ? settingNames : keysOf(schemaAt(issue.path, values), valueAt(values, issue.path));
    return issue.keys.map((key) => {
      const origin = capitalised(originOf(String(issue.path[0] ?? key)));
      return `${origin}: there is no setting "${nameOf([...issue.path, key])}".${didYouMean(key, known) || ' Run "ven help settings" for all of them.'}`;
    });
  }
  const name = String(issue.path[0] ?? '');
  const value = valueAt(values, issue.path);
  const found = value === undefined ? 'is missing' : secretSettings.has(name) ? `is ${MASK}` : `is ${shown(value)}`;
  const joint = value === undefined ? 'and' : 'but';
  return [
    `${capitalised(originOf(name))}: ${nameOf(issue.path)} ${found}, ${joint} must be ${allowedAt(issue.path, values)}.`,
  ];
};
