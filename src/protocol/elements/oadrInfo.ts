/** A key and its value, as services and extensions announce them. */
export interface OadrInfo {
  readonly oadrKey: string;
  readonly oadrValue: string;
}
