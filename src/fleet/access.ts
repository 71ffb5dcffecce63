/** Who may look at which VENs of a fleet, and who may act for them. */
import type { FleetMember } from './member.ts';

/** What somebody is allowed: `act` includes `read`. */
export interface FleetAccess {
  /** Under which what is done is told. */
  readonly name: string;
  readonly role: 'read' | 'act';
  /** By their names; with `groups`, whichever of the two holds. Both null: all VENs. */
  readonly vens: ReadonlySet<string> | null;
  readonly groups: ReadonlySet<string> | null;
}

/** Whether it is for all VENs, those to come as well. */
export const isForAll = ({ vens, groups }: FleetAccess): boolean => vens === null && groups === null;

/** Whether it is for this VEN: for whom it is not, the VEN does not exist. */
export const isFor = (access: FleetAccess, { venID, groups }: Pick<FleetMember, 'venID' | 'groups'>): boolean =>
  isForAll(access) || access.vens?.has(venID) === true || groups.some((group) => access.groups?.has(group) === true);
