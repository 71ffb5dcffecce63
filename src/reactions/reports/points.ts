import { dataPointsOf, type DataPoint } from '../../machines/dataPoints.ts';
import type { Terms } from '../../machines/terms.ts';
import type { VenSettings } from '../../facts/settings.ts';

/** The data points a request asks for, in its order; rIDs it names that are not ours were refused before. @rule 2.0b 300 */
export const pointsOf = (terms: Terms, settings: VenSettings): readonly DataPoint[] => {
  const known = dataPointsOf(terms.kind, settings);
  return terms.request.reportSpecifier.specifierPayload.flatMap(({ rID }) =>
    known.filter((point) => point.rID === rID),
  );
};

/** The devices whose energy the request asks for: those whose hours it settles. */
export const energyResourcesOf = (terms: Terms, settings: VenSettings): readonly string[] =>
  pointsOf(terms, settings)
    .filter(({ measure }) => measure === 'energyReal')
    .map(({ resourceID }) => resourceID);

/** The devices the request is about. */
export const resourcesOf = (terms: Terms, settings: VenSettings): readonly string[] => [
  ...new Set(pointsOf(terms, settings).map(({ resourceID }) => resourceID)),
];
