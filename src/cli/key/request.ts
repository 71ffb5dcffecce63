import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { keyName } from '../../adapters/tls/certificateFacts.ts';
import { certificateRequestFor, subjectOf } from '../../adapters/tls/certificateRequest.ts';
import { tlsKeyAt, tlsKeyKinds, type TlsKeyKind } from '../../adapters/tls/tlsKey.ts';
import { configurationFor } from '../configurationOptions.ts';
import { CommandFailure, EXIT, type ExitCode } from '../exitCode.ts';
import { UsageError, type ParsedArguments } from '../options.ts';
import { say } from '../prose.ts';
import type { Surroundings } from '../surroundings.ts';

const kindOf = (given: string | undefined): TlsKeyKind | undefined => {
  if (given === undefined) return undefined;
  const kind = tlsKeyKinds.find((each) => each === given);
  if (kind !== undefined) return kind;
  throw new UsageError(`There is no kind of key "${given}": there is ${tlsKeyKinds.join(', ')}.`);
};

const writeRequest = (path: string, text: string): void => {
  try {
    writeFileSync(path, text, { flag: 'wx' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'EEXIST' ? 'there is a file of that name already' : `the disk says ${code}`;
    throw new CommandFailure(`The request cannot be written to ${path}: ${why}. Give another name with --out.`);
  }
};

/** Where the key is or will be: without a word in the data directory, which is made when it is not there yet. */
const keyFileFor = (given: string | undefined, dataDirectory: string): string => {
  if (given !== undefined) return given;
  try {
    mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
  } catch {
    // Said where the key is written.
  }
  return join(dataDirectory, 'ven-tls.key.pem');
};

/** At which hosts the VEN is to be reached: those that are given, or the one that the VTN is told to push to. */
const namesFor = (given: string | undefined, transportAddress: string | undefined): readonly string[] => {
  const told = transportAddress === undefined ? '' : new URL(transportAddress).hostname.replace(/^\[|\]$/g, '');
  return (given ?? told)
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
};

/** The body of `ven key request`. */
export const keyRequest = async (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> => {
  const { settings, tlsFiles } = configurationFor(given, surroundings);
  const kind = kindOf(given.text('kind'));
  const subject = subjectOf(given.text('subject') ?? `CN=${settings.venID.replaceAll(',', '\\,')}`);
  const names = namesFor(given.text('name'), settings.transportAddress);
  const keyFile = keyFileFor(given.text('key') ?? tlsFiles.keyFile, settings.dataDirectory);
  const out = given.text('out') ?? `${keyFile.replace(/(\.key)?(\.pem)?$/, '')}.csr.pem`;
  const { key, isNew } = tlsKeyAt(keyFile, kind, tlsFiles.keyPassphrase);
  writeRequest(out, await certificateRequestFor(key, subject, names));
  const bearing = names.length === 0 ? '' : `, bearing ${names.join(', ')},`;
  const encrypted = tlsFiles.keyPassphrase === undefined ? '' : ', encrypted with tlsKeyPassphrase';
  say(
    surroundings.stdout,
    [
      isNew
        ? `Made a key (${keyName(key)}) in ${keyFile}, for this user alone${encrypted}.`
        : `Used the key (${keyName(key)}) that is in ${keyFile}.`,
      `Wrote the request for ${subject.map(({ name, value }) => `${name}=${value}`).join(',')}${bearing} to ${out}: give it to the authority of your programme, and keep the key.`,
      `Put the certificate it sends, followed by its intermediates, into a file; name that as tlsCertificateFile and ${keyFile} as tlsKeyFile; and look at both with "ven key check".`,
      '',
    ].join('\n'),
  );
  return EXIT.success;
};
