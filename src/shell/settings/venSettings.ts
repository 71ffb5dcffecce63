/** The part of the settings that machines decide with. */
import type { Preferences, SiteSettings } from '../../facts/preferences.ts';
import type { ReportLimits, VenSettings } from '../../facts/settings.ts';
import { deviceSettingsOf } from './deviceKinds.ts';
import type { Settings } from './settings.ts';

const isEmpty = (value: object): boolean => Object.keys(value).length === 0;

/** As it stands in the log: what was not said is not there. */
const said = <Value extends SiteSettings | Preferences | ReportLimits>(value: object): Value =>
  JSON.parse(JSON.stringify(value)) as Value;

/** The part of the settings the machines decide with; it goes into the log and holds no secret. */
export const venSettingsOf = (
  settings: Settings & Pick<VenSettings, 'withheldDevices' | 'devicesLeftOut'>,
): VenSettings => ({
  venID: settings.venID,
  venName: settings.venName,
  preallocatedVenID: settings.preallocatedVenID,
  queryRegistration: settings.queryRegistration,
  strict: settings.strict,
  envelope: settings.envelope,
  ...(settings.signatures === 'none' ? {} : { signatures: settings.signatures }),
  marketContexts: settings.marketContexts,
  implicitCancellation: settings.implicitCancellation,
  followDrEvents: settings.followDrEvents,
  ...(settings.overrideOptsOut ? { overrideOptsOut: true } : {}),
  ...(settings.askDevicesAtStart ? { askDevicesAtStart: true } : {}),
  timeZone: settings.timeZone,
  pricesLateAt: settings.pricesLateAt,
  reregisterAt: settings.reregisterAt,
  reregisterBeforeUsage: settings.reregisterBeforeUsage,
  reportResync: settings.reportResync,
  priceUnit: settings.priceUnit,
  plausibleUsdPerKwhMin: settings.plausibleUsdPerKwhMin,
  plausibleUsdPerKwhMax: settings.plausibleUsdPerKwhMax,
  defaultPollFreqMs: settings.defaultPollFreqMs,
  minimumPollFreqMs: settings.minimumPollFreqMs,
  ...(settings.transportAddress === undefined
    ? {}
    : { transportAddress: settings.transportAddress, pushSilenceMs: settings.pushSilenceMs }),
  pollJitter: settings.pollJitter,
  backoffFirstMs: settings.backoffFirstMs,
  backoffCapMs: settings.backoffCapMs,
  backoffJitter: settings.backoffJitter,
  retryAfterCapMs: settings.retryAfterCapMs,
  drainLimit: settings.drainLimit,
  replyTimeoutMs: settings.replyTimeoutMs,
  unknownOutcome: settings.unknownOutcome,
  unmeasured: settings.unmeasured,
  usageDelayMs: settings.usageDelayMs,
  usageRequestExpectedMs: settings.usageRequestExpectedMs,
  sampleEveryMs: settings.sampleEveryMs,
  setpointValidityMs: settings.setpointValidityMs,
  usageSpecifierID: settings.usageSpecifierID,
  statusSpecifierID: settings.statusSpecifierID,
  historySpecifierID: settings.historySpecifierID,
  devices: settings.devices.map(deviceSettingsOf),
  ...(isEmpty(settings.reportLimits) ? {} : { reportLimits: said<ReportLimits>(settings.reportLimits) }),
  ...(isEmpty(settings.site) ? {} : { site: said<SiteSettings>(settings.site) }),
  ...(isEmpty(settings.preferences) ? {} : { preferences: said<Preferences>(settings.preferences) }),
  ...(settings.shadow ? { shadow: true } : {}),
  ...(settings.withheldDevices === undefined ? {} : { withheldDevices: settings.withheldDevices }),
  ...(settings.devicesLeftOut === undefined ? {} : { devicesLeftOut: settings.devicesLeftOut }),
});
