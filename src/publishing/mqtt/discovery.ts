/** What Home Assistant is told of the VEN and its devices, so that they appear there by themselves. */
import type { DeviceSettings } from '../../facts/settings.ts';
import type { DeviceTopics, VenTopics } from './topics.ts';

/** Who is announced. */
export interface Announced {
  readonly venName: string;
  readonly version: string;
  readonly devices: readonly DeviceSettings[];
  /** Whether overrides are taken here, and trust. */
  readonly takesCommands: boolean;
  readonly mayTrust: boolean;
}

type Component = Readonly<Record<string, unknown>> & { readonly platform: string };

/** The words of a command; none takes an override back. */
export const overrideOptions = ['none', 'charge', 'discharge', 'hold'] as const;

/** What a select of Home Assistant calls `none`, which it takes for a state that is not known. */
const noOverride = 'no override';

const named = (slug: string, components: Readonly<Record<string, Component>>): Readonly<Record<string, Component>> =>
  Object.fromEntries(
    Object.entries(components).map(([key, component]) => [key, { ...component, unique_id: `${slug}_${key}` }]),
  );

const field = (name: string): string => `{{ value_json.${name} }}`;

const venComponents = ({ price, prices, today, alarms }: VenTopics): Readonly<Record<string, Component>> => ({
  price: {
    platform: 'sensor',
    name: 'Price',
    state_topic: price,
    value_template: field('usdPerKwh'),
    unit_of_measurement: 'USD/kWh',
    state_class: 'measurement',
    suggested_display_precision: 4,
    icon: 'mdi:currency-usd',
    json_attributes_topic: prices,
  },
  earned_today: {
    platform: 'sensor',
    name: 'Earned today',
    state_topic: today,
    value_template: field('earnedUsd'),
    device_class: 'monetary',
    unit_of_measurement: 'USD',
    state_class: 'total',
    last_reset_value_template: field('start'),
    suggested_display_precision: 2,
  },
  planned_today: {
    platform: 'sensor',
    name: 'Planned today',
    state_topic: today,
    value_template: field('plannedUsd'),
    device_class: 'monetary',
    unit_of_measurement: 'USD',
    suggested_display_precision: 2,
  },
  alarms: {
    platform: 'binary_sensor',
    name: 'Alarms',
    state_topic: alarms,
    value_template: "{{ 'ON' if value_json.count > 0 else 'OFF' }}",
    device_class: 'problem',
    json_attributes_topic: alarms,
  },
});

const watts = (name: string, topic: string, part: string): Component => ({
  platform: 'sensor',
  name,
  state_topic: topic,
  value_template: field(part),
  device_class: 'power',
  unit_of_measurement: 'W',
  state_class: 'measurement',
});

const kept = ({ reserve, reserveSet }: DeviceTopics, takesCommands: boolean): Component => ({
  platform: takesCommands ? 'number' : 'sensor',
  name: 'Reserve',
  state_topic: reserve,
  value_template: field('percent'),
  unit_of_measurement: '%',
  icon: 'mdi:battery-lock',
  json_attributes_topic: reserve,
  ...(takesCommands ? { command_topic: reserveSet, min: 0, max: 100, step: 1, mode: 'slider', qos: 1 } : {}),
});

const trusted = ({ trust, trustSet }: DeviceTopics, maySwitch: boolean): Component => ({
  platform: maySwitch ? 'switch' : 'sensor',
  name: 'Trust',
  state_topic: trust,
  value_template: field('trust'),
  icon: 'mdi:shield-check',
  ...(maySwitch
    ? {
        command_topic: trustSet,
        payload_on: 'trust',
        payload_off: 'distrust',
        state_on: 'trusted',
        state_off: 'untrusted',
        qos: 1,
      }
    : {}),
});

const stored = ({ state }: DeviceTopics): Readonly<Record<string, Component>> => ({
  state_of_charge: {
    platform: 'sensor',
    name: 'State of charge',
    state_topic: state,
    value_template: field('stateOfChargePercent'),
    device_class: 'battery',
    unit_of_measurement: '%',
    state_class: 'measurement',
  },
});

/** A load stores nothing: it has drawn so much of what it needs, and begins anew when that is over. */
const needed = ({ need }: DeviceTopics): Component => ({
  platform: 'sensor',
  name: 'Drawn of its need',
  state_topic: need,
  value_template: field('drawnWattHours'),
  device_class: 'energy',
  unit_of_measurement: 'Wh',
  state_class: 'total',
  last_reset_value_template: field('since'),
  json_attributes_topic: need,
});

const told = (
  { state, plan, override, overrideSet }: DeviceTopics,
  takesCommands: boolean,
): Readonly<Record<string, Component>> => ({
  setpoint: watts('Setpoint', state, 'setpointWatts'),
  plan: {
    platform: 'sensor',
    name: 'Plan',
    state_topic: plan,
    value_template: field('now'),
    device_class: 'enum',
    options: ['charge', 'discharge', 'hold', 'none'],
    json_attributes_topic: plan,
  },
  override: {
    platform: takesCommands ? 'select' : 'sensor',
    name: 'Override',
    state_topic: override,
    value_template: `{{ '${noOverride}' if value_json.action == 'none' else value_json.action }}`,
    json_attributes_topic: override,
    ...(takesCommands
      ? {
          command_topic: overrideSet,
          command_template: `{{ 'none' if value == '${noOverride}' else value }}`,
          options: overrideOptions.map((word) => (word === 'none' ? noOverride : word)),
          qos: 1,
        }
      : {}),
  },
});

const storing: ReadonlySet<string> = new Set(['battery', 'ev']);

/** The documents by topic: one for the VEN, and one for each of its devices. */
export const discoveryOf = (
  topics: VenTopics,
  { venName, version, devices, takesCommands, mayTrust }: Announced,
): ReadonlyMap<string, object> => {
  const origin = { name: 'ter-ven', sw_version: version };
  const documents = new Map<string, object>([
    [
      topics.discovery,
      {
        device: {
          identifiers: [topics.slug],
          name: venName,
          manufacturer: 'ter-ven',
          model: 'OpenADR 2.0b VEN',
          sw_version: version,
        },
        origin,
        availability_topic: topics.availability,
        components: named(topics.slug, venComponents(topics)),
      },
    ],
  ]);
  for (const { resourceID, role = 'battery', kind, isReadOnly, needsTrust, need, capacityWattHours = 0 } of devices) {
    const own = topics.device(resourceID);
    const canBeTold = isReadOnly !== true;
    const components = {
      power: watts('Power', own.state, 'powerWatts'),
      ...(storing.has(role) ? stored(own) : {}),
      ...(need === undefined ? {} : { need: needed(own) }),
      ...(canBeTold ? told(own, takesCommands) : {}),
      ...(canBeTold && capacityWattHours > 0 ? { reserve: kept(own, takesCommands) } : {}),
      ...(canBeTold && needsTrust === true ? { trust: trusted(own, takesCommands && mayTrust) } : {}),
    };
    documents.set(own.discovery, {
      device: {
        identifiers: [own.slug],
        name: resourceID,
        manufacturer: 'ter-ven',
        model: kind ?? role,
        via_device: topics.slug,
      },
      origin,
      availability: [{ topic: topics.availability }, { topic: own.availability }],
      availability_mode: 'all',
      components: named(own.slug, components),
    });
  }
  return documents;
};
