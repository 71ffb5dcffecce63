import type { ChannelRoles } from '../headers/channelRoles.ts';
import type { EnergyColumns } from '../headers/energyColumns.ts';
import type { FileGap } from '../sequence.ts';
import type { Directions, Statement, StatementTally } from './statements.ts';
import type { Table } from './table.ts';
import type { RowSpan, TimedRows } from './timedRows.ts';

/** A part of a table, or all of it: what its rows state, and what has to be told of them. */

/** What a device states in a part. */
export interface DevicePart {
  readonly directions: Directions;
  /** Whether a direction is stated in some of its intervals and not in others. */
  readonly isSparse: boolean;
  readonly hasNet: boolean;
  /** Intervals in which a direction that is not stated counts as none. */
  readonly silent: number;
  readonly fromAt: number;
  readonly toAt: number;
}

/** What was read of a part, beside what its rows state. */
export interface TablePart {
  readonly table: Omit<Table, 'rows'>;
  readonly timed: Omit<TimedRows, 'rows'>;
  readonly span: RowSpan;
  readonly energies: EnergyColumns;
  readonly channels: ChannelRoles;
  readonly tally: StatementTally;
  readonly holes: readonly FileGap[];
  /** By the names of devices; empty where registers were read. */
  readonly devices: ReadonlyMap<string | null, DevicePart>;
  readonly hasRegisters: boolean;
}

/** What the statements of a device say of it in a part. */
export const devicePartOf = (of: readonly Statement[], directions: Directions, silent: number): DevicePart => ({
  directions,
  silent,
  hasNet: of.some(({ energies }) => energies.has('net') || energies.has('exportNet')),
  isSparse: (['import', 'export'] as const).some((role) => {
    const count = of.reduce((sum, { energies }) => sum + (energies.has(role) ? 1 : 0), 0);
    return count > 0 && count < of.length;
  }),
  fromAt: of.reduce((least, { startAt }) => Math.min(least, startAt), Number.POSITIVE_INFINITY),
  toAt: of.reduce((most, { startAt, durationMs }) => Math.max(most, startAt + durationMs), 0),
});
