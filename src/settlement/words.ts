import type { ExceptionKind } from './ledgerException.ts';
import type { AdjustmentCause } from './ledgerLine.ts';
import type { HourClass } from './reconciliation/hour.ts';

/** What exceptions are called. */
export const kindTexts: { readonly [kind in ExceptionKind]: string } = {
  unpriced: 'no price',
  doublyPriced: 'two prices',
  contestedPrice: 'price contested',
  ungridded: 'price changes within it',
  missing: 'not measured',
  registerWentBackwards: 'register went backwards',
  estimated: 'estimated',
  undelivered: 'not delivered',
  unknownOutcome: 'in doubt',
  perhapsToldTwice: 'perhaps told twice',
  rejected: 'refused',
  implausiblePrice: 'price not plausible',
  reportedDiffers: 'told otherwise',
  recordLost: 'record lost',
  unconfirmed: 'not confirmed',
};

/** What the causes of adjustments are called. */
export const causeTexts: { readonly [cause in AdjustmentCause]: string } = {
  priceRevised: 'price revised',
  priceCancelled: 'price cancelled',
  readingCorrected: 'reading corrected',
  readingWithdrawn: 'reading withdrawn',
  settingsChanged: 'settings changed',
};

/** What the classes of a reconciliation are called. */
export const classTexts: { readonly [hourClass in HourClass]: string } = {
  missingThere: 'missing there',
  missingHere: 'missing here',
  quantityDiffers: 'quantity differs',
  priceDiffers: 'price differs',
  bothDiffer: 'quantity and price differ',
  amountDiffers: 'amount differs',
  roundingOnly: 'rounding only',
  agree: 'agrees',
};

/** What each class means, in a sentence. */
export const classMeanings: { readonly [hourClass in HourClass]: string } = {
  missingThere: 'Metered here, and not billed.',
  missingHere: 'Billed, and not metered or not priced here.',
  quantityDiffers: 'Billed for other energy than was metered.',
  priceDiffers: 'Billed at another price than was received.',
  bothDiffer: 'Billed for other energy, and at another price.',
  amountDiffers: 'Quantity and price agree, and the amount is not their product.',
  roundingOnly: 'No further apart than the places in which the bill is written.',
  agree: 'The same on all sides.',
};
