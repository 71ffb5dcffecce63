/** The kinds of values that settings may have, each with the words for its help and its errors. */
import { z } from 'zod';

/**
 * A field with the words for its help and its errors: "must be {allowed}".
 * The words are told of the schema itself, which nobody else has: every command would pay for a copy of each.
 */
export const setting = <Schema extends z.ZodType>(schema: Schema, allowed: string, description: string): Schema => {
  z.globalRegistry.add(schema, { allowed, description });
  return schema;
};

/** Whether this machine knows a time zone by that name. */
export const isZone = (name: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
};

/** An identifier of the standard: any text, but none that white space at its ends would change. */
export const identifier = () =>
  z
    .string()
    .regex(/^\S(.*\S)?$/s)
    .max(255);

/** `17:00` */
export const localTime = () => z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);

/** A duration in whole milliseconds. */
export const wholeMs = (least: number, most: number) => z.int().min(least).max(most);

/** From 0 to 1. */
export const fraction = () => z.number().min(0).max(1);

/** A number above 0. */
export const positive = () => z.number().positive().max(1e12);

/** A number of at least 0. */
export const atLeastZero = () => z.number().min(0).max(1e12);

/** The path of a file or directory. */
export const filePath = () => z.string().min(1);

/** The fingerprint of a certificate: its last ten bytes as OpenADR publishes them, or all of its SHA-256. @rule 2.0b 10.5.1 */
export const fingerprint = () => z.string().regex(/^[0-9A-F]{2}(:[0-9A-F]{2}){9}((:[0-9A-F]{2}){22})?$/i);

const address = z.union([z.ipv4(), z.ipv6()]);

/** Whether a text is an address of a machine, of either version. */
export const isAddress = (text: string): boolean => address.safeParse(text).success;

/** A TCP port. */
export const port = () => z.int().min(1).max(65_535);

/** The words for a local time. */
export const aTime = 'a local time such as "17:00", from 00:00 to 23:59';
/** The words for an identifier. */
export const anIdentifier = 'a text of 1 to 255 characters without white space at its ends';
/** The words for a fraction. */
export const aFraction = 'a number from 0 to 1';
/** The words for a switch. */
export const aSwitch = 'true or false';
/** The words for a text. */
export const aText = 'a text';
/** The words for a port. */
export const aPort = 'a whole number from 1 to 65535';
/** The words for a duration. @unit ms */
export const ms = (least: number, most: number): string => `a whole number of milliseconds from ${least} to ${most}`;
/** The words for a number above 0. */
export const aPositive = (unit: string): string => `a positive number of ${unit}`;
/** The words for a number of at least 0. */
export const notNegative = (unit: string): string => `a number of ${unit}, 0 or more`;
