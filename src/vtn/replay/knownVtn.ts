/** A VTN that decides nothing: it answers as the recorded one did, and notices where the VEN says something else. */
/** What the recording knows of its VTN, for answers to requests that are not in it. */
export interface KnownVtn {
  readonly vtnID: string;
  readonly registrationID: string;
  /** How often it wants to be polled. */
  readonly pollFreq: string;
}
