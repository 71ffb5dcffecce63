/** A name beyond the standard's own list, where the schema lets a list be extended. */
export type ExtensionToken = `x-${string}`;

/** Where a DR event stands, as the VTN sees it. */
export const eventStatuses = ['none', 'far', 'near', 'active', 'completed', 'cancelled'] as const;
export type EventStatus = (typeof eventStatuses)[number];

/** Whether a party takes part. */
export const optTypes = ['optIn', 'optOut'] as const;
export type OptType = (typeof optTypes)[number];

/** Whether the VTN wants an answer to a DR event. @rule 2.0b 12 */
export const oadrResponseRequireds = ['always', 'never'] as const;
export type OadrResponseRequired = (typeof oadrResponseRequireds)[number];

/** The profiles of OpenADR 2.0. */
export const oadrProfileNames = ['2.0a', '2.0b'] as const;
export type OadrProfileName = (typeof oadrProfileNames)[number];

/** The transports of OpenADR 2.0b. */
export const oadrTransportNames = ['simpleHttp', 'xmpp'] as const;
export type OadrTransportName = (typeof oadrTransportNames)[number];

/** The services of OpenADR 2.0b; also the last segment of the service's URL. */
export const oadrServiceNames = ['EiEvent', 'EiOpt', 'EiReport', 'EiRegisterParty', 'OadrPoll'] as const;
export type OadrServiceName = (typeof oadrServiceNames)[number];

/** Why a party opts. */
export const optReasons = [
  'economic',
  'emergency',
  'mustRun',
  'notParticipating',
  'outageRunStatus',
  'overrideStatus',
  'participating',
  'x-schedule',
] as const;
export type OptReason = (typeof optReasons)[number] | ExtensionToken;

/** What a signal is about; `simple` is the 2.0a spelling of `SIMPLE`. */
export const signalNames = [
  'SIMPLE',
  'simple',
  'ELECTRICITY_PRICE',
  'ENERGY_PRICE',
  'DEMAND_CHARGE',
  'BID_PRICE',
  'BID_LOAD',
  'BID_ENERGY',
  'CHARGE_STATE',
  'LOAD_DISPATCH',
  'LOAD_CONTROL',
] as const;
export type SignalName = (typeof signalNames)[number] | ExtensionToken;

/** How a signal's values are meant; the schema's list is closed, an `x-` name is tolerated on receipt only. */
export const signalTypes = [
  'delta',
  'level',
  'multiplier',
  'price',
  'priceMultiplier',
  'priceRelative',
  'setpoint',
  'x-loadControlCapacity',
  'x-loadControlLevelOffset',
  'x-loadControlPercentOffset',
  'x-loadControlSetpoint',
] as const;
export type SignalType = (typeof signalTypes)[number] | ExtensionToken;

/** The well-known reports and their metadata. @rule 2.0b 331 */
export const reportNames = [
  'METADATA_HISTORY_USAGE',
  'HISTORY_USAGE',
  'METADATA_HISTORY_GREENBUTTON',
  'HISTORY_GREENBUTTON',
  'METADATA_TELEMETRY_USAGE',
  'TELEMETRY_USAGE',
  'METADATA_TELEMETRY_STATUS',
  'TELEMETRY_STATUS',
] as const;
export type ReportName = (typeof reportNames)[number] | ExtensionToken;

/** What a data point reports. */
export const reportTypes = [
  'reading',
  'usage',
  'demand',
  'setPoint',
  'deltaUsage',
  'deltaSetPoint',
  'deltaDemand',
  'baseline',
  'deviation',
  'avgUsage',
  'avgDemand',
  'operatingState',
  'upRegulationCapacityAvailable',
  'downRegulationCapacityAvailable',
  'regulationSetpoint',
  'storedEnergy',
  'targetEnergyStorage',
  'availableEnergyStorage',
  'price',
  'level',
  'powerFactor',
  'percentUsage',
  'percentDemand',
  'x-resourceStatus',
] as const;
export type ReportType = (typeof reportTypes)[number] | ExtensionToken;

/** How a value was obtained. */
export const readingTypes = [
  'Direct Read',
  'Net',
  'Allocated',
  'Estimated',
  'Summed',
  'Derived',
  'Mean',
  'Peak',
  'Hybrid',
  'Contract',
  'Projected',
  'x-RMS',
  'x-notApplicable',
] as const;
export type ReadingType = (typeof readingTypes)[number] | ExtensionToken;

/** How far a value can be trusted. @rule 2.0b 318 */
export const oadrDataQualities = [
  'No Quality - No Value',
  'No New Value - Previous Value Used',
  'Quality Bad - Non Specific',
  'Quality Bad - Configuration Error',
  'Quality Bad - Not Connected',
  'Quality Bad - Device Failure',
  'Quality Bad - Sensor Failure',
  'Quality Bad - Last Known Value',
  'Quality Bad - Comm Failure',
  'Quality Bad - Out of Service',
  'Quality Uncertain - Non Specific',
  'Quality Uncertain - Last Usable Value',
  'Quality Uncertain - Sensor Not Accurate',
  'Quality Uncertain - EU Units Exceeded',
  'Quality Uncertain - Sub Normal',
  'Quality Good - Non Specific',
  'Quality Good - Local Override',
  'Quality Limit - Field/Not',
  'Quality Limit - Field/Low',
  'Quality Limit - Field/High',
  'Quality Limit - Field/Constant',
] as const;
export type OadrDataQuality = (typeof oadrDataQualities)[number] | ExtensionToken;

/** The SI prefixes of the schema; `none` is the unit itself. */
export const siScaleCodes = ['p', 'n', 'micro', 'm', 'c', 'd', 'k', 'M', 'G', 'T', 'none'] as const;
export type SiScaleCode = (typeof siScaleCodes)[number];

/** The classes a signal-level target, a reportSubject or an oadrDeviceClass may name. @rule 2.0b 111 */
export const deviceClasses = [
  'Thermostat',
  'Strip_Heater',
  'Baseboard_Heater',
  'Water_Heater',
  'Pool_Pump',
  'Sauna',
  'Hot_tub',
  'Smart_Appliance',
  'Irrigation_Pump',
  'Managed_Commercial_and_Industrial_Loads',
  'Simple_Residential_On_Off_Loads',
  'Exterior_Lighting',
  'Interior_Lighting',
  'Electric_Vehicle',
  'Generation_Systems',
  'Load_Control_Switch',
  'Smart_Inverter',
  'EVSE',
  'RESU',
  'Energy_Management_System',
  'Smart_Energy_Module',
  'Storage',
] as const;
export type DeviceClass = (typeof deviceClasses)[number] | ExtensionToken;
