import type { ResourceID, VenID } from '../types/identifiers.ts';
import type { Codec } from '../xml/codec.ts';
import { only } from '../xml/combinators.ts';
import { anyNumber, required } from '../xml/field.ts';
import { text } from '../xml/leaves.ts';
import { ei, emix, gml, power } from '../xml/names.ts';
import { sequence } from '../xml/sequence.ts';
import type { FeatureCollection } from './featureCollection.ts';
import { featureCollection } from './featureCollection.ts';

/** The two ends of a transport segment. */
export interface TransportInterface {
  readonly pointOfReceipt: string;
  readonly pointOfDelivery: string;
}

/** What a DR event, an opt or a data point is about; empty means everything behind the VEN. @rule 2.0b 22 */
export interface EiTarget {
  /** Each the text of its `power:node`. */
  readonly aggregatedPnode?: readonly string[];
  /** Each the text of its `power:mrid`: a device class. @rule 2.0b 111 */
  readonly endDeviceAsset?: readonly string[];
  /** Each the text of its `power:mrid`. */
  readonly meterAsset?: readonly string[];
  /** Each the text of its `power:node`. */
  readonly pnode?: readonly string[];
  readonly serviceArea?: readonly FeatureCollection[];
  /** Each the text of its `power:node`. */
  readonly serviceDeliveryPoint?: readonly string[];
  readonly serviceLocation?: readonly FeatureCollection[];
  readonly transportInterface?: readonly TransportInterface[];
  readonly groupID?: readonly string[];
  readonly groupName?: readonly string[];
  readonly resourceID?: readonly ResourceID[];
  readonly venID?: readonly VenID[];
  readonly partyID?: readonly string[];
}

const node = only(power('node'), text);
const asset = only(power('mrid'), text);
const area = only(gml('FeatureCollection'), featureCollection);

const transportInterface: Codec<TransportInterface> = sequence([
  required(power('pointOfReceipt'), text),
  required(power('pointOfDelivery'), text),
]);

export const eiTarget: Codec<EiTarget> = sequence([
  anyNumber(power('aggregatedPnode'), node),
  anyNumber(power('endDeviceAsset'), asset),
  anyNumber(power('meterAsset'), asset),
  anyNumber(power('pnode'), node),
  anyNumber(emix('serviceArea'), area),
  anyNumber(power('serviceDeliveryPoint'), node),
  anyNumber(power('serviceLocation'), area),
  anyNumber(power('transportInterface'), transportInterface),
  anyNumber(ei('groupID'), text),
  anyNumber(ei('groupName'), text),
  anyNumber(ei('resourceID'), text),
  anyNumber(ei('venID'), text),
  anyNumber(ei('partyID'), text),
]);
