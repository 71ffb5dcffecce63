/** Where at the broker the VEN tells what, and where it is told. */
import { slugOf } from '../../devices/mqtt/slug.ts';
import type { PublishedOverMqtt } from '../../shell/settings/publishing.ts';

/** The topics of a device. */
export interface DeviceTopics {
  /** Names it in identifiers: lower case, stable. */
  readonly slug: string;
  readonly state: string;
  readonly plan: string;
  readonly override: string;
  readonly reserve: string;
  readonly wishes: string;
  /** What a load has drawn of what it needs. */
  readonly need: string;
  readonly trust: string;
  readonly availability: string;
  readonly discovery: string;
  /** Where it is commanded. */
  readonly overrideSet: string;
  readonly reserveSet: string;
  readonly wishSet: string;
  readonly trustSet: string;
}

/** All topics of a VEN. */
export interface VenTopics {
  /** Names it in identifiers: lower case, stable. */
  readonly slug: string;
  readonly availability: string;
  readonly price: string;
  readonly prices: string;
  readonly today: string;
  readonly alarms: string;
  /** The DR events that can be opted into or out of, and where. */
  readonly drEvents: string;
  /** What is opted by EiOpt and holds. */
  readonly opts: string;
  readonly optSet: string;
  /** What came of a command. */
  readonly answers: string;
  /** Which devices Home Assistant was told of. */
  readonly announced: string;
  readonly discovery: string;
  /** Where Home Assistant says that it has started. */
  readonly birth: string;
  readonly device: (resourceID: string) => DeviceTopics;
}

/** The topics under which a VEN is published. */
export const topicsOf = (
  { baseTopic, discoveryPrefix }: Pick<PublishedOverMqtt, 'baseTopic' | 'discoveryPrefix'>,
  venID: string,
): VenTopics => {
  const base = `${baseTopic}/ven/${slugOf(venID)}`;
  const slug = `ter_ven_${slugOf(venID)}`;
  const discoveryOf = (of: string): string => `${discoveryPrefix}/device/${of}/config`;
  return {
    slug,
    availability: `${base}/availability`,
    price: `${base}/price`,
    prices: `${base}/prices`,
    today: `${base}/today`,
    alarms: `${base}/alarms`,
    drEvents: `${base}/drEvents`,
    opts: `${base}/opts`,
    optSet: `${base}/opt/set`,
    answers: `${base}/answers`,
    announced: `${base}/announced`,
    discovery: discoveryOf(slug),
    birth: `${discoveryPrefix}/status`,
    device: (resourceID) => {
      const own = `${base}/devices/${slugOf(resourceID)}`;
      return {
        slug: `${slug}_${slugOf(resourceID)}`,
        state: `${own}/state`,
        plan: `${own}/plan`,
        override: `${own}/override`,
        reserve: `${own}/reserve`,
        wishes: `${own}/wishes`,
        need: `${own}/need`,
        trust: `${own}/trust`,
        availability: `${own}/availability`,
        discovery: discoveryOf(`${slug}_${slugOf(resourceID)}`),
        overrideSet: `${own}/override/set`,
        reserveSet: `${own}/reserve/set`,
        wishSet: `${own}/wish/set`,
        trustSet: `${own}/trust/set`,
      };
    },
  };
};
