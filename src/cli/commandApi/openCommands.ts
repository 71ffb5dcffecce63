/** Opens the port for commands that a configuration names, and says where it is. */
import { readFileSync } from 'node:fs';
import { createRedactor, type Redactor } from '../../adapters/secrets/redact.ts';
import { sparingly } from '../../adapters/time/sparingly.ts';
import { isLoopback } from '../../inspector/server/address.ts';
import type { Journal } from '../../shell/ports.ts';
import type { ConfiguredCommands } from '../../shell/settings/publishing.ts';
import type { OperatorDesk } from '../control/operatorDesk.ts';
import { isToken, placeOf, shortestToken } from '../inspect/listening.ts';
import { startCommandServer, type CommandServer } from './commandServer.ts';

/** A token that cannot be used; a full sentence. */
export class TokenProblem extends Error {
  override readonly name = 'TokenProblem';
}

/** The token of whoever may command. @throws TokenProblem in a sentence that holds nothing of it */
export const commandTokenOf = ({ tokenFile }: ConfiguredCommands): string => {
  let token: string;
  try {
    token = readFileSync(tokenFile, 'utf8').trim();
  } catch (error) {
    throw new TokenProblem(
      `The token for commands cannot be read from ${tokenFile} (${(error as NodeJS.ErrnoException).code ?? 'unknown'}): check commands.tokenFile.`,
    );
  }
  if (isToken(token)) return token;
  throw new TokenProblem(
    `The token for commands in ${tokenFile} cannot be used: it needs at least ${shortestToken} visible ASCII characters, without a semicolon.`,
  );
};

/** Refusals of strangers are told once in so long. @unit ms */
const toldEveryMs = 60_000;

/** What commands are taken with. */
export interface CommandsOptions {
  readonly commands: ConfiguredCommands;
  readonly desk: OperatorDesk;
  readonly redactor: Redactor;
  /** Is told the secrets that are to be hidden from now on. */
  readonly hide: (redactor: Redactor) => void;
  readonly journal: Journal;
}

const open = async ({ commands, desk, redactor, hide, journal }: CommandsOptions): Promise<CommandServer> => {
  const { address, port } = placeOf(commands.address);
  const token = commandTokenOf(commands);
  hide(createRedactor([token]));
  const server = await startCommandServer({
    desk,
    address,
    port,
    token,
    redact: (text) => redactor.text(text),
    onStranger: sparingly((sentence) => journal.warn(sentence), toldEveryMs),
    onFault: (error) =>
      journal.error(
        `A command over HTTP could not be taken: ${error instanceof Error ? error.message : String(error)}`,
      ),
  });
  journal.info(
    `Commands are taken at ${server.url} from whoever has the token of commands.tokenFile${isLoopback(address) ? '' : ', from other machines and without encryption: put a proxy with TLS in front'}.`,
  );
  return server;
};

/** Opens it. Where it cannot be, that is told, and the agent runs without it. */
export const tryCommands = async (options: CommandsOptions): Promise<CommandServer | null> => {
  try {
    return await open(options);
  } catch (error) {
    options.journal.error(
      `The agent runs, and takes no commands over HTTP at ${options.commands.address}: ${error instanceof Error ? error.message : String(error)}`,
    );
    return null;
  }
};
