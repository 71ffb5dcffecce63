/**
 * Times in messages that are played again. What was tomorrow is to be tomorrow: days move by whole days, so that midnight
 * stays midnight; when a message was made moves with the clock.
 */

/** @unit ms */
const dayMs = 86_400_000;
/** A difference so small does not make another day. @unit ms */
const graceMs = 3_600_000;

/** Names of members and elements that say when a message or a part of it was made. */
export const madeNames: ReadonlySet<string> = new Set(['createdDateTime', 'modificationDateTime']);

/** How far the days of what a VEN says are moved: never into the future. @unit ms */
export const daysDown = (distanceMs: number): number => Math.floor((distanceMs + graceMs) / dayMs) * dayMs + 0; // never -0

/** How far the days of what a VTN says are moved: never into the past. @unit ms */
export const daysUp = (distanceMs: number): number => Math.ceil((distanceMs - graceMs) / dayMs) * dayMs + 0;

const instantPattern =
  /(<(?:[\w.-]+:)?([\w.-]+)(?:\s[^<>]*)?>\s*)(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?)(Z|[+-]\d{2}:\d{2})?(?=\s*<)/g;

/** An instant as it stands in facts and in XML of ours. */
export const isInstant = (text: string): boolean => /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/.test(text);

/** A number as it stands in messages. */
export const isDecimal = (text: string): boolean => /^-?\d+(\.\d+)?$/.test(text);

/** XML with its times moved: those that say when something was made by one distance, all others by another. @unit ms */
export const movedXml = (xml: string, madeMs: number, daysMs: number): string =>
  xml.replace(instantPattern, (whole: string, open: string, name: string, text: string, zone = '') => {
    const at = Date.parse(`${text}Z`);
    if (Number.isNaN(at)) return whole;
    const moved = new Date(at + (madeNames.has(name) ? madeMs : daysMs)).toISOString();
    const fraction = /\.\d+$/.exec(text)?.[0] ?? '';
    return `${open}${moved.slice(0, 19)}${fraction}${zone}`;
  });
