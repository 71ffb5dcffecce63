/** A response code and the sentence that goes with it. */
export interface Fault {
  readonly responseCode: string;
  readonly why: string;
}
