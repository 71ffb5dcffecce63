import { say } from '../prose.ts';
import { existsSync, writeFileSync } from 'node:fs';
import { keyPath } from '../../adapters/signing/keys.ts';
import { signaturePath, signFile } from '../../adapters/signing/signatureFile.ts';
import { printableOutput } from '../../text/printable.ts';
import { CommandFailure } from '../exitCode.ts';
import type { TextOutput, Surroundings } from '../surroundings.ts';

/** A file to be written: the option that names it, and what is to stand in it. */
export interface OutputFile {
  readonly option: string;
  readonly file: string;
  readonly text: string;
}

/** An output that is kept, with the same redaction as any other. */
export const collecting = (surroundings: Surroundings, texts: string[]): TextOutput => ({
  write: (text) => void texts.push(surroundings.redactor.text(text)),
  isTTY: false,
  columns: 80,
});

/** Writes a file for this user alone, secrets hidden as everywhere. @throws CommandFailure */
export const writeUnsigned = ({ option, file, text }: OutputFile, { redactor }: Surroundings): void => {
  try {
    writeFileSync(file, printableOutput(redactor.text(text)), { mode: 0o600 });
  } catch (error) {
    throw new CommandFailure(
      `"${file}" could not be written (${error instanceof Error ? error.message : String(error)}): give --${option} a file in a directory that is there and may be written to.`,
    );
  }
};

/** The same; where the data directory has a key, it is signed. @throws CommandFailure */
export const writeOutputFile = async (
  output: OutputFile,
  dataDirectory: string,
  surroundings: Surroundings,
): Promise<void> => {
  const { file } = output;
  writeUnsigned(output, surroundings);
  const hasKey = existsSync(keyPath(dataDirectory));
  if (hasKey) await signFile(file, dataDirectory);
  say(surroundings.stderr, `Written to ${file}${hasKey ? `, signed in ${signaturePath(file)}` : ''}.\n`);
};
