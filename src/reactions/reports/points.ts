import { dataPointsOf, type DataPoint } from '../../machines/report/dataPoints.ts';
import type { ReportKind } from '../../facts/output.ts';
import type { Terms } from '../../machines/report/terms.ts';
import type { VenSettings } from '../../facts/settings.ts';

/** What a request asks for: asked at each turn of it, and for ten thousand devices no small matter. */
interface AskedPoints {
  readonly points: readonly DataPoint[];
  readonly byResource: ReadonlyMap<string, readonly DataPoint[]>;
  readonly energyResources: readonly string[];
}

const knownPoints = new WeakMap<VenSettings, Map<ReportKind, ReadonlyMap<string, DataPoint>>>();

const byRID = (kind: ReportKind, settings: VenSettings): ReadonlyMap<string, DataPoint> => {
  const kinds = knownPoints.get(settings) ?? new Map<ReportKind, ReadonlyMap<string, DataPoint>>();
  knownPoints.set(settings, kinds);
  const known = kinds.get(kind) ?? new Map(dataPointsOf(kind, settings).map((point) => [point.rID, point]));
  kinds.set(kind, known);
  return known;
};

const askedPoints = new WeakMap<Terms['request'], { readonly settings: VenSettings; readonly asked: AskedPoints }>();

const grouped = (points: readonly DataPoint[]): ReadonlyMap<string, readonly DataPoint[]> => {
  const groups = new Map<string, DataPoint[]>();
  for (const point of points) {
    const group = groups.get(point.resourceID);
    if (group === undefined) groups.set(point.resourceID, [point]);
    else group.push(point);
  }
  return groups;
};

const askedBy = ({ kind, request }: Terms, settings: VenSettings): AskedPoints => {
  const found = askedPoints.get(request);
  if (found?.settings === settings) return found.asked;
  const known = byRID(kind, settings);
  const points = request.reportSpecifier.specifierPayload.flatMap(({ rID }) => known.get(rID) ?? []);
  const energyResources = points.flatMap(({ measure, resourceID }) => (measure === 'energyReal' ? [resourceID] : []));
  const asked = { points, byResource: grouped(points), energyResources };
  askedPoints.set(request, { settings, asked });
  return asked;
};

/** The data points a request asks for, in its order; rIDs it names that are not ours were refused before. @rule 2.0b 300 */
export const pointsOf = (terms: Terms, settings: VenSettings): readonly DataPoint[] => askedBy(terms, settings).points;

/** Those of some of its devices; in its order where they are few, device by device where they are some of many. */
export const pointsOfResources = (
  terms: Terms,
  settings: VenSettings,
  resourceIDs: readonly string[],
): readonly DataPoint[] => {
  const { points, byResource } = askedBy(terms, settings);
  if (isFew(byResource.size)) {
    const meant = new Set(resourceIDs);
    return points.filter(({ resourceID }) => meant.has(resourceID));
  }
  return resourceIDs.flatMap((resourceID) => byResource.get(resourceID) ?? []);
};

/** @limit Devices whose usage is told together, interval by interval; that of more is told so many devices at a time. */
const fewResources = 100;

/** Whether devices are few enough to be told of together. */
export const isFew = (resources: number): boolean => resources <= fewResources;

/** The devices whose energy the request asks for: those whose hours it settles. */
export const energyResourcesOf = (terms: Terms, settings: VenSettings): readonly string[] =>
  askedBy(terms, settings).energyResources;

/** The devices the request is about. */
export const resourcesOf = (terms: Terms, settings: VenSettings): readonly string[] => [
  ...askedBy(terms, settings).byResource.keys(),
];
