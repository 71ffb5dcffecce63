/** The options of `ven vtn`, understood. */
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { didYouMean } from '../../text/nearest.ts';
import { isTimeZone } from '../../programme/calendar.ts';
import { parseDuration } from '../../protocol/types/duration.ts';
import type { FaultName } from '../../vtn/faults/faults.ts';
import { PriceFileError, pricesFromCsv } from '../../vtn/events/priceFile.ts';
import { spikyPrices, type PriceProvider, type QuotedUnit } from '../../vtn/events/prices.ts';
import type { PushClientOptions } from '../../vtn/http/pushClient.ts';
import type { WireStyle } from '../../vtn/settings.ts';
import { signingKeyOf, TrustedSigners, UnfitKey } from '../../signatures/certificates.ts';
import { openVtnSigning, type VtnSigning } from '../../vtn/signing.ts';
import type { VtnServerOptions } from '../../vtn/http/vtnServer.ts';
import { CommandFailure } from '../exitCode.ts';
import { UsageError, type ParsedArguments } from '../options.ts';
import { faultNames } from './faultNames.ts';

const faultGiven = (text: string): readonly [FaultName, number] => {
  const [name = '', chance = ''] = text.split('=');
  const probability = Number(chance);
  if (!Object.hasOwn(faultNames, name)) {
    const names = Object.keys(faultNames);
    throw new UsageError(`There is no fault "${name}".${didYouMean(name, names)} There are: ${names.join(', ')}.`);
  }
  if (chance === '' || !(probability >= 0 && probability <= 1))
    throw new UsageError(`The fault ${name} needs a probability from 0 to 1: write --fault ${name}=0.05.`);
  return [name as FaultName, probability];
};

/** The probability of each fault. @throws UsageError */
export const faultsGiven = (given: ParsedArguments): Partial<Record<FaultName, number>> =>
  Object.fromEntries((given.texts.get('fault') ?? []).map(faultGiven));

const oneOf = <Name extends string>(
  given: ParsedArguments,
  option: string,
  names: readonly Name[],
  byDefault: Name,
): Name => {
  const text = given.text(option) ?? byDefault;
  const found = names.find((name) => name === text);
  if (found === undefined) throw new UsageError(`"${text}" is nothing for --${option}: give ${names.join(' or ')}.`);
  return found;
};

/** A whole number within bounds. @throws UsageError */
export const numberGiven = (
  given: ParsedArguments,
  option: string,
  least: number,
  most: number,
  byDefault: number,
): number => {
  const text = given.text(option);
  if (text === undefined) return byDefault;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most))
    throw new UsageError(`"${text}" is nothing for --${option}: give a whole number from ${least} to ${most}.`);
  return value;
};

/** How often to be polled. @throws UsageError */
export const pollFreqGiven = (given: ParsedArguments): string => {
  const text = given.text('poll-freq') ?? 'PT10S';
  const duration = parseDuration(text);
  if (duration === undefined)
    throw new UsageError(`"${text}" is no duration for --poll-freq: write PT10S for ten seconds, PT1M for a minute.`);
  return text;
};

/** The time zone of the programme. @throws UsageError */
export const timeZoneGiven = (given: ParsedArguments): string => {
  const timeZone = given.text('time-zone') ?? 'America/New_York';
  if (!isTimeZone(timeZone)) throw new UsageError(`"${timeZone}" is no time zone: write it as America/New_York.`);
  return timeZone;
};

/** A local time of day. @throws UsageError */
export const publishAtGiven = (given: ParsedArguments): string => {
  const text = given.text('publish-at') ?? '17:00';
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(text))
    throw new UsageError(`"${text}" is no local time for --publish-at: write it as 17:00.`);
  return text;
};

/** How its messages look. @throws UsageError */
export const wireStyleGiven = (given: ParsedArguments): WireStyle =>
  oneOf(given, 'wire-style', ['plain', 'nhec'], 'plain');

const pemGiven = (given: ParsedArguments, option: string): string | null => {
  const file = given.text(option);
  if (file === undefined) return null;
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CommandFailure(
      `The file ${file} of --${option} cannot be read (${(error as NodeJS.ErrnoException).code}): check its path and its permissions.`,
    );
  }
};

/** A certificate with its key, and the authorities of the others' certificates. */
interface GivenTls {
  readonly cert?: string;
  readonly key?: string;
  readonly ca?: string;
}

/** What `--push-cert` and its like name; `of`: the first word of the options. @throws UsageError; CommandFailure for files that cannot be used */
const tlsGiven = (given: ParsedArguments, of: 'push' | 'tls'): GivenTls => {
  const [cert, key, ca] = [pemGiven(given, `${of}-cert`), pemGiven(given, `${of}-key`), pemGiven(given, `${of}-ca`)];
  if ((cert === null) !== (key === null)) throw new UsageError(`--${of}-cert and --${of}-key belong together.`);
  const tls = { ...(cert === null || key === null ? {} : { cert, key }), ...(ca === null ? {} : { ca }) };
  try {
    createSecureContext(tls);
  } catch (error) {
    throw new CommandFailure(
      `The files of --${of}-cert, --${of}-key and --${of}-ca cannot be used (${(error as NodeJS.ErrnoException).code ?? 'no PEM'}): each must be PEM, the key without a passphrase, and the certificate must be of that key.`,
    );
  }
  return tls;
};

/** What it pushes with to VENs that are reached over TLS. @throws UsageError; CommandFailure for files that cannot be used */
export const pushingGiven = (given: ParsedArguments): PushClientOptions => {
  const tls = tlsGiven(given, 'push');
  return Object.keys(tls).length === 0 ? {} : { tls };
};

/** How it listens over TLS, with the two suites of the profile; unencrypted when nothing is said of it. @rule 2.0b 67, 68 @throws UsageError; CommandFailure for files that cannot be used */
export const securedGiven = (given: ParsedArguments): Pick<VtnServerOptions, 'tls'> => {
  const { cert, key, ca } = tlsGiven(given, 'tls');
  if (cert === undefined || key === undefined) {
    if (ca !== undefined) throw new UsageError('--tls-ca is for a VTN that listens over TLS: give --tls-cert as well.');
    return {};
  }
  const demanded = ca === undefined ? {} : { ca, requestCert: true, rejectUnauthorized: true };
  const suites = 'ECDHE-ECDSA-AES128-SHA256:AES128-SHA256';
  return { tls: { cert, key, ...demanded, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2', ciphers: suites } };
};

/** The signatures of the VTN; null when it neither signs nor verifies. @throws UsageError; CommandFailure for files that cannot be used */
export const signingGiven = async (given: ParsedArguments): Promise<VtnSigning | null> => {
  const [certificate, key] = [pemGiven(given, 'sign-cert'), pemGiven(given, 'sign-key')];
  const fingerprints = given.texts.get('ven-fingerprint') ?? [];
  if ((certificate === null) !== (key === null)) throw new UsageError('--sign-cert and --sign-key belong together.');
  if (certificate === null && fingerprints.length === 0) return null;
  try {
    return await openVtnSigning({
      key: certificate === null || key === null ? null : signingKeyOf(certificate, key),
      signers: fingerprints.length === 0 ? null : new TrustedSigners('', fingerprints),
    });
  } catch (error) {
    if (error instanceof UnfitKey) throw new CommandFailure(`--sign-key cannot be used. ${error.message}`);
    throw error;
  }
};

/** Prices from a file, or made up from the seed. @throws UsageError; CommandFailure for a file that cannot be used */
export const pricesGiven = (given: ParsedArguments, seed: string, timeZone: string): PriceProvider => {
  const unit: QuotedUnit = oneOf(given, 'unit', ['usd_per_kwh', 'cents_per_kwh', 'usd_per_mwh'], 'usd_per_kwh');
  const file = given.text('prices');
  if (file === undefined) return spikyPrices({ seed, timeZone, unit });
  try {
    return pricesFromCsv(readFileSync(file, 'utf8'), { timeZone, unit });
  } catch (error) {
    if (error instanceof PriceFileError) throw new CommandFailure(`${error.message} The file is ${file}.`);
    throw new CommandFailure(
      `The price file ${file} cannot be read (${(error as NodeJS.ErrnoException).code}): check its path and its permissions.`,
    );
  }
};
