import type { VenID } from '../protocol/types/identifiers.ts';

/** Something a VEN did against the schema or the rules. */
export interface Complaint {
  /** @unit UTC ms */
  readonly at: number;
  readonly venID?: VenID;
  /** The number of the rule of the profile, `XSD`, or `HTTP`. */
  readonly rule: string;
  /** One sentence. */
  readonly text: string;
}

/** Notes a complaint. */
export type Complain = (rule: string, text: string, venID?: VenID) => void;

/** The complaints of a VTN. @limit 1000, so that a VEN that repeats itself does not fill the memory. */
export interface Complaints {
  readonly list: readonly Complaint[];
  readonly complain: Complain;
}

const limit = 1000;

/** Opens an empty list of complaints. */
export const openComplaints = (now: () => number): Complaints => {
  const list: Complaint[] = [];
  return {
    list,
    complain: (rule, text, venID) => {
      if (list.length < limit) list.push({ at: now(), rule, text, ...(venID === undefined ? {} : { venID }) });
    },
  };
};
