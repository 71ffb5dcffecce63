/** The VENs of a fleet's file as members of a host. */
import { createHash } from 'node:crypto';
import { configurationOf, type Configuration } from '../../adapters/config/config.ts';
import { ConfigurationError } from '../../adapters/configurationError.ts';
import type { Environment } from '../../adapters/config/configSources.ts';
import type { FleetFile, ListedVen } from '../../adapters/config/fleetFile.ts';
import type { Planner } from '../../dispatch/planner.ts';
import type { FleetMember } from '../../fleet/member.ts';
import type { Clock, Journal, Transport } from '../../shell/ports.ts';
import { venSettingsOf } from '../../shell/settings/venSettings.ts';
import { devicesOf } from '../run/devices.ts';
import { plannerOf, sharedPlanner } from '../run/plannerOf.ts';
import { Alike } from './alike.ts';

/** What members are made with. */
export interface MembersOptions {
  readonly clock: Clock;
  readonly environment: Environment;
  readonly journalOf: (configuration: Configuration) => Journal;
  readonly transportOf: (configuration: Configuration) => Transport;
  readonly tidyOf: (configuration: Configuration) => FleetMember['tidy'];
  /** One for all: closing it for one of them does nothing. */
  readonly optimiser: Planner;
  /** Since when devices are there that were never read; null for now. UTC ms. */
  readonly devicesSince?: number;
}

const fingerprintOf = ({ layer, groups }: ListedVen): string =>
  createHash('sha256')
    .update(JSON.stringify([groups, [...layer].map(([name, { value }]) => [name, value])]))
    .digest('base64url');

/** The part of a fleet's file that its members are made from. */
type VenList = Pick<FleetFile, 'dataDirectory' | 'vens'>;

const memberOf = (
  listed: ListedVen,
  { dataDirectory }: VenList,
  alike: Alike,
  options: MembersOptions,
): FleetMember => {
  const { clock, environment, journalOf, transportOf, tidyOf, optimiser, devicesSince = null } = options;
  const configuration = alike.configuration(configurationOf(listed.layer, dataDirectory, environment));
  const { settings } = configuration;
  return {
    venID: listed.venID,
    groups: listed.groups,
    settings: alike.settings(venSettingsOf({ ...settings, vtnUrl: '' })),
    redact: (text) => configuration.redactor.text(text),
    fingerprint: fingerprintOf(listed),
    transport: () => transportOf(configuration),
    devices: (log, state) =>
      devicesOf({ settings, log, state, clock, journal: journalOf(configuration), since: devicesSince }),
    planner: () => plannerOf(() => settings.devices, sharedPlanner(optimiser)),
    tidy: tidyOf(configuration),
  };
};

/** @limit Problems of a list that are told at once. */
const toldAtOnce = 20;

/** All VENs of a file. @throws ConfigurationError with what is wrong with any of them */
export const membersOf = (file: VenList, options: MembersOptions): readonly FleetMember[] => {
  const problems: string[] = [];
  const alike = new Alike();
  const members = file.vens.flatMap((listed): readonly FleetMember[] => {
    try {
      return [memberOf(listed, file, alike, options)];
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      problems.push(...error.problems);
      return [];
    }
  });
  if (problems.length === 0) return members;
  const more = problems.length - toldAtOnce;
  throw new ConfigurationError([
    ...problems.slice(0, toldAtOnce),
    ...(more > 0 ? [`And ${more} more problems of this kind.`] : []),
  ]);
};
