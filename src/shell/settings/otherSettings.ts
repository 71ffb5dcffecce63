/**
 * Settings as they might have been: changes by name, upon the settings that a log has.
 *
 * Only what a plan is made of can be another: what a device can do, what is wanted of it, and the site. Anything else changes
 * what is said to the VTN or what is taken from it, and nobody knows what it would have answered.
 */
import { z } from 'zod';
import type { DevicePreferences, Preferences, SiteSettings } from '../../facts/preferences.ts';
import type { DeviceSettings, VenSettings } from '../../facts/settings.ts';
import { didYouMean } from '../../text/nearest.ts';
import { aFraction, aPositive, notNegative, positive, setting } from './fields.ts';
import { preferenceFaults, preferencesSchema, siteFaults, siteSchema } from './sitePreferences.ts';

/** Why settings cannot be like that, in one sentence. */
export class UnfitChange extends Error {
  override readonly name = 'UnfitChange';
}

/** One change, as it was given: `preferences.reserve=20%`. */
export interface SettingChange {
  readonly name: string;
  /** Null: what was said is taken back. */
  readonly value: unknown;
}

/** What a device can do, as far as it may be another. */
const deviceTerms: Readonly<Record<string, z.ZodType>> = {
  capacityWattHours: setting(positive(), aPositive('watt-hours'), 'What it holds.'),
  maxChargeWatts: setting(z.number().min(0).max(1e12), notNegative('watts'), 'What it draws at most.'),
  maxDischargeWatts: setting(z.number().min(0).max(1e12), notNegative('watts'), 'What it delivers at most.'),
  roundTripEfficiency: setting(z.number().gt(0).max(1), 'a number above 0, at most 1', 'Delivered of what was drawn.'),
  wearUsdPerKwh: setting(z.number().min(0).max(1_000), notNegative('USD/kWh'), 'What a delivered kWh wears off.'),
};

type NamedFields = Readonly<Record<string, unknown>>;

const { devices: _devices, ...wishShape } = preferencesSchema.shape;
const wishes: Readonly<Record<string, z.ZodType>> = wishShape;
const siteTerms: Readonly<Record<string, z.ZodType>> = siteSchema.shape;

/** A text as the value it means: a number, a percentage, JSON, or the text itself. */
const valueOf = (text: string): unknown => {
  const given = text.trim();
  if (given === 'none') return null;
  if (/^-?\d+(\.\d+)?\s?%$/.test(given)) return Number((Number.parseFloat(given) / 100).toPrecision(12));
  try {
    return JSON.parse(given) as unknown;
  } catch {
    return given;
  }
};

/** Reads `name=value`. @throws UnfitChange */
export const settingChangeOf = (text: string): SettingChange => {
  const at = text.indexOf('=');
  if (at < 1 || at === text.length - 1)
    throw new UnfitChange(`"${text}" is no change: write a name and a value, such as preferences.reserve=20%.`);
  return { name: text.slice(0, at).trim(), value: valueOf(text.slice(at + 1)) };
};

const checked = (name: string, field: string, value: unknown, terms: Readonly<Record<string, z.ZodType>>): unknown => {
  const schema = terms[field];
  if (schema === undefined)
    throw new UnfitChange(
      `There is no "${field}" in ${name}.${didYouMean(field, Object.keys(terms))} What can be another there: ${Object.keys(terms).join(', ')}.`,
    );
  if (value === null) return undefined;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { allowed = 'something else' } = (schema.meta() ?? {}) as { readonly allowed?: string };
  const more = allowed === aFraction ? ', or a percentage: 0.2 or 20%' : '';
  throw new UnfitChange(`${name} cannot be ${JSON.stringify(value)}: it must be ${allowed}${more}.`);
};

const withField = <Whole extends object>(whole: Whole, field: string, value: unknown): Whole => {
  const { [field]: _before, ...rest } = whole as NamedFields;
  return (value === undefined ? rest : { ...rest, [field]: value }) as Whole;
};

/** The device that a name begins with, by its resourceID or its place, and what follows. */
const deviceNamed = (rest: string, { devices }: VenSettings): readonly [DeviceSettings, string] => {
  const byID = devices.find(({ resourceID }) => rest.startsWith(`${resourceID}.`));
  if (byID !== undefined) return [byID, rest.slice(byID.resourceID.length + 1)];
  const [place = '', ...field] = rest.split('.');
  const byPlace = /^\d{1,3}$/.test(place) ? devices[Number(place)] : undefined;
  if (byPlace !== undefined) return [byPlace, field.join('.')];
  throw new UnfitChange(
    `There is no device "${place}": there is ${devices.map(({ resourceID }) => resourceID).join(', ') || 'none'}.`,
  );
};

const withWish = (settings: VenSettings, resourceID: string, field: string, value: unknown): VenSettings => {
  const { preferences = {} } = settings;
  const devices = preferences.devices ?? {};
  const wished = withField<DevicePreferences>(devices[resourceID] ?? {}, field, value);
  return { ...settings, preferences: { ...preferences, devices: { ...devices, [resourceID]: wished } } };
};

const withDevice = (settings: VenSettings, name: string, rest: string, value: unknown): VenSettings => {
  const [device, field] = deviceNamed(rest, settings);
  if (field in wishes) return withWish(settings, device.resourceID, field, checked(name, field, value, wishes));
  const term = checked(name, field, value, { ...deviceTerms, ...wishes });
  const devices = settings.devices.map((each) => (each === device ? withField(each, field, term) : each));
  return { ...settings, devices };
};

const withChange = (settings: VenSettings, { name, value }: SettingChange): VenSettings => {
  const [part = '', ...path] = name.split('.');
  const rest = path.join('.');
  if (part === 'devices' && rest !== '') return withDevice(settings, name, rest, value);
  if (part === 'preferences' && rest.startsWith('devices.')) {
    const [device, field] = deviceNamed(rest.slice('devices.'.length), settings);
    return withWish(settings, device.resourceID, field, checked(name, field, value, wishes));
  }
  if (part === 'preferences' && rest !== '')
    return {
      ...settings,
      preferences: withField<Preferences>(settings.preferences ?? {}, rest, checked(name, rest, value, wishes)),
    };
  if (part === 'site' && rest !== '')
    return {
      ...settings,
      site: withField<SiteSettings>(settings.site ?? {}, rest, checked(name, rest, value, siteTerms)),
    };
  throw new UnfitChange(
    `"${name}" cannot be another in what was: only what plans are made of can, which is preferences.…, preferences.devices.ID.…, devices.ID.… and site.…. Of anything else nobody knows what the VTN would have answered.`,
  );
};

/** The settings with the changes. @throws UnfitChange */
export const otherSettings = (settings: VenSettings, changes: readonly SettingChange[]): VenSettings => {
  const changed = changes.reduce(withChange, settings);
  const { preferences, site, devices } = changed;
  const [fault] = [
    ...(preferences === undefined
      ? []
      : preferenceFaults(
          preferencesSchema.parse(preferences),
          devices.map(({ resourceID }) => resourceID),
        )),
    ...(site === undefined ? [] : siteFaults(siteSchema.parse(site))),
  ];
  if (fault !== undefined) throw new UnfitChange(`These settings do not fit together: ${fault}.`);
  return changed;
};

/** What plans are made of, taken from other settings; of devices those that are in both. */
export const settingsFrom =
  (other: VenSettings) =>
  (settings: VenSettings): VenSettings => {
    const { preferences: _preferences, site: _site, ...rest } = settings;
    return {
      ...rest,
      ...(other.preferences === undefined ? {} : { preferences: other.preferences }),
      ...(other.site === undefined ? {} : { site: other.site }),
      devices: settings.devices.map((device) => {
        const named = other.devices.find(({ resourceID }) => resourceID === device.resourceID);
        if (named === undefined) return device;
        const terms = Object.entries(named).filter(([field]) => field in deviceTerms);
        return { ...device, ...Object.fromEntries(terms) };
      }),
    };
  };
