/** What devices of a maker do otherwise than the models say. */

/** What is to be minded. */
export interface Quirks {
  /** It does not take a revert timer: it keeps its last order when nobody renews it. */
  readonly hasNoRevertTimer?: boolean;
}

interface MakerQuirks extends Quirks {
  readonly manufacturer: RegExp;
  readonly model?: RegExp;
  /** Why. */
  readonly because: string;
}

const makers: readonly MakerQuirks[] = [
  {
    manufacturer: /^Fronius$/i,
    model: /gen24|verto|tauro/i,
    hasNoRevertTimer: true,
    because: 'it refuses or misapplies InOutWRte_RvrtTms',
  },
];

/** The quirks of a device, by what it says of itself. */
export const quirksOf = (manufacturer: string, model: string): Quirks & { readonly because?: string } =>
  makers.find((each) => each.manufacturer.test(manufacturer) && (each.model?.test(model) ?? true)) ?? {};
