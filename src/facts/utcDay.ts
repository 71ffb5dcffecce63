/** A day by UTC, as certificates count theirs: `2026-11-29`. */
export const utcDayText = (at: number): string => new Date(at).toISOString().slice(0, 10);
