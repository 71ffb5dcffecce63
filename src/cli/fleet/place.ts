/** Where a fleet is, as commands are told. */
import { resolve } from 'node:path';
import type { FleetFile } from '../../adapters/config/fleetFile.ts';
import type { ParsedArguments } from '../options.ts';
import type { Surroundings } from '../surroundings.ts';

/** The file that a command of a fleet is given. */
export const fleetPathOf = (given: ParsedArguments, { environment }: Pick<Surroundings, 'environment'>): string =>
  resolve(given.text('config') ?? environment['VEN_FLEET'] ?? 'fleet.json');

/** Where a host keeps what is its own, and is asked. */
export const fleetDirectoryOf = (given: ParsedArguments, { dataDirectory }: Pick<FleetFile, 'dataDirectory'>): string =>
  resolve(given.text('data') ?? dataDirectory);
