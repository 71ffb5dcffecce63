import { children, textAt, type Element } from './element.ts';

/** One report that a VEN can make. */
export interface Offer {
  readonly reportSpecifierID: string;
  readonly rIDs: readonly string[];
}

/** Reports by their name, without METADATA_. */
export type Offers = ReadonlyMap<string, Offer>;

/** What an oadrRegisterReport offers. */
export const offersOf = (message: Element): Offers =>
  new Map(
    children(message, 'oadrReport').map((report) => [
      (textAt(report, 'reportName') ?? '').replace(/^METADATA_/, ''),
      {
        reportSpecifierID: textAt(report, 'reportSpecifierID') ?? '',
        rIDs: children(report, 'oadrReportDescription').map((description) => textAt(description, 'rID') ?? ''),
      },
    ]),
  );

/** One of them. @throws when it is not among them */
export const offered = (offers: Offers, reportName: string): Offer => {
  const offer = offers.get(reportName);
  if (offer === undefined) throw new Error(`${reportName} is not offered; there are ${[...offers.keys()].join(', ')}.`);
  return offer;
};
