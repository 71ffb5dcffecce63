import type { ResourceID, VenID } from '../types/identifiers.ts';
import type { FeatureCollection } from './featureCollection.ts';

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
