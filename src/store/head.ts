/** The last entry's place and hash; position -1 and `genesisHash` in an empty log. */
export interface Head {
  readonly position: number;
  readonly hash: string;
}
