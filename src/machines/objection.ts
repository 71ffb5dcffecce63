/** A response code and the sentence that goes with it. */
export interface Objection {
  readonly responseCode: string;
  readonly why: string;
}
