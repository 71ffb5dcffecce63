/** A polygon on the map; `gml:FeatureCollection` with its single polygon. */
export interface FeatureCollection {
  /** The `gml:id` of the collection. */
  readonly featureCollectionID?: string;
  /** The `gml:id` of the polygon. */
  readonly polygonID?: string;
  /** Coordinates separated by single spaces. */
  readonly posList: string;
}
