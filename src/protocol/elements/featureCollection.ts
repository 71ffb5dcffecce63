import type { Codec } from '../xml/codec.ts';
import { attributeOf } from '../xml/element.ts';
import { inlined, required } from '../xml/field.ts';
import { leaf } from '../xml/leaf.ts';
import { gml } from '../xml/names.ts';
import { sequence } from '../xml/sequence.ts';
import { collapseXml, isXmlID } from '../xml/whitespace.ts';

/** A polygon on the map; `gml:FeatureCollection` with its single polygon. */
export interface FeatureCollection {
  /** The `gml:id` of the collection. */
  readonly featureCollectionID?: string;
  /** The `gml:id` of the polygon. */
  readonly polygonID?: string;
  /** Coordinates separated by single spaces. */
  readonly posList: string;
}

const isCoordinate = (text: string): boolean => /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text);

const isPosList = (text: string): boolean => text === '' || text.split(' ').every(isCoordinate);

const coordinates = leaf<string>({
  read: (raw) => (isPosList(collapseXml(raw)) ? collapseXml(raw) : undefined),
  write: (value) => (isPosList(value) ? value : undefined),
  expected: 'coordinates separated by spaces',
});

const id = gml('id');

/** Adds the element's `gml:id` to what it holds. */
const withID = <Key extends string, Value extends object>(
  key: Key,
  inner: Codec<Value>,
): Codec<Value & { readonly [K in Key]?: string }> => ({
  decode: (element, reading) => {
    const value = attributeOf(element, id)?.trim();
    if (value !== undefined && !isXmlID(value))
      reading.tolerate('XSD', element, `${element.name.local} has a gml:id that is none to XML.`);
    return { ...(value !== undefined && { [key]: value }), ...inner.decode(element, reading) };
  },
  encode: (value, writer) => {
    const own = (value as { readonly [K in Key]?: string })[key];
    if (own !== undefined) writer.attribute(id, own);
    inner.encode(value, writer);
  },
});

const ring = sequence([inlined(gml('LinearRing'), sequence([required(gml('posList'), coordinates)]))]);
const polygon = withID('polygonID', sequence([inlined(gml('exterior'), ring)], [id]));
const location = sequence([inlined(gml('Polygon'), polygon)]);

export const featureCollection: Codec<FeatureCollection> = withID(
  'featureCollectionID',
  sequence([inlined(gml('location'), location)], [id]),
);
