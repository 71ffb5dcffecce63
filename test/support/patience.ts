/**
 * How long tests wait. Each waits for what happens, and goes on at once when it has: only what never happens takes so long.
 * A machine whose cores others keep busy is many times slower, so nothing is given less than this.
 */

/** For one thing that is waited for: a line, an entry, an answer. @unit ms */
export const patienceMs = 240_000;

/** For a whole test, and for what comes before or after it. @unit ms */
export const testPatienceMs = 900_000;
