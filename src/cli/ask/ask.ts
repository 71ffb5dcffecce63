/** Wishes of a person, handed to the agent that runs. */
import { ControlFailure } from '../../adapters/control/controlFailure.ts';
import { upcast } from '../../facts/upcast.ts';
import type { KnownEntry } from '../../facts/fact.ts';
import type { Wish } from '../control/questions.ts';
import type { RemoteLog } from '../control/remoteLog.ts';
import { CommandFailure, EXIT, type ExitCode } from '../exitCode.ts';
import { UsageError, type ParsedArguments } from '../options.ts';
import { reading } from '../reading.ts';
import { narrate } from '../../telling/narrate.ts';
import { stopAsked } from '../stopAsked.ts';
import { proseFor, say } from '../prose.ts';
import type { Surroundings } from '../surroundings.ts';
import type { Here } from '../when.ts';

/** How long the outcome of a wish is waited for; the agent goes on afterwards all the same. @unit ms */
const outcomeWithinMs = 30_000;

/** The agent's own sentence on why it will not. */
const refused = (error: unknown): never => {
  if (error instanceof ControlFailure) throw new CommandFailure(error.message);
  throw error;
};

/** What is waited for after a wish, and whether that is a success. */
export type WishOutcome = (entry: KnownEntry) => 'done' | 'failed' | null;

const timeIsUp = (): { readonly over: Promise<'time'>; readonly callOff: () => void } => {
  let callOff = (): void => undefined;
  const over = new Promise<'time'>((resolve) => {
    const timer = setTimeout(() => resolve('time'), outcomeWithinMs);
    callOff = () => clearTimeout(timer);
  });
  return { over, callOff };
};

const follow = async (
  agent: RemoteLog,
  from: number,
  outcome: WishOutcome,
  tell: (entry: KnownEntry) => void,
): Promise<'done' | 'failed'> => {
  for await (const entry of agent.following(from)) {
    const known = upcast(entry);
    tell(known);
    const found = outcome(known);
    if (found !== null) return found;
  }
  return 'failed';
};

/** Hands a wish over and tells what comes of it. `wish`: what it is, by the agent's clock. */
export const askFor = (
  given: ParsedArguments,
  surroundings: Surroundings,
  wish: Wish | ((here: Here) => Wish),
  outcome: WishOutcome,
  failed: ExitCode = EXIT.vtn,
): Promise<ExitCode> =>
  reading(given, surroundings, async ({ agent, settings, here }) => {
    if (agent === null)
      throw new CommandFailure(
        `No agent runs on ${settings.dataDirectory}, so nobody can do it: start it with "ven run" first.`,
      );
    const stop = surroundings.stopSignal();
    const { position } = await agent.wish(typeof wish === 'function' ? wish(here) : wish).catch(refused);
    const tell = (entry: KnownEntry): void => {
      const told = narrate(entry, settings.timeZone);
      if (told !== null && told.level !== 'debug') say(surroundings.stdout, `${told.text}\n`);
    };
    const { over, callOff } = timeIsUp();
    const ended = await Promise.race([follow(agent, position, outcome, tell), over, stopAsked(stop)]).finally(callOff);
    if (ended === 'time')
      surroundings.stderr.write(
        proseFor(
          surroundings.stderr,
          `The agent has been asked (position ${position}) and has not finished yet: "ven log follow" shows how it goes on.\n`,
        ),
      );
    return ended === 'failed' ? failed : EXIT.success;
  });

const afterRegistering: WishOutcome = ({ type }) =>
  type === 'ReportsRegistered' ? 'done' : type === 'RegistrationRefused' || type === 'BackoffStarted' ? 'failed' : null;
const afterCancelling: WishOutcome = ({ type }) =>
  type === 'RegistrationEnded' ? 'done' : type === 'BackoffStarted' ? 'failed' : null;

const afterAsking: WishOutcome = (entry) => (entry.type === 'Registered' ? 'done' : afterRegistering(entry));

/** The body of `ven register`. @throws UsageError */
export const register = (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> => {
  const [isFresh, asksFirst] = [given.switches.has('fresh'), given.switches.has('ask')];
  if (isFresh && asksFirst)
    throw new UsageError('Registering afresh forgets what there is, so there is nothing to ask for: leave --ask out.');
  const wish = isFresh ? 'registerAfresh' : asksFirst ? 'queryRegistration' : 'reregister';
  return askFor(given, surroundings, { type: 'OperatorAsked', wish }, asksFirst ? afterAsking : afterRegistering);
};

/** The body of `ven cancel`. */
export const cancel = (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> =>
  askFor(given, surroundings, { type: 'OperatorAsked', wish: 'cancelRegistration' }, afterCancelling);

/** The body of `ven opt`. */
export const opt = (given: ParsedArguments, surroundings: Surroundings): Promise<ExitCode> => {
  const [eventID = '', optType = ''] = given.operands;
  if (optType !== 'optIn' && optType !== 'optOut')
    throw new UsageError(`"${optType}" is no answer to a DR event: write optIn or optOut.`);
  const outcome: WishOutcome = (entry) =>
    entry.type === 'DrEventAnswered' && entry.data.eventID === eventID ? 'done' : null;
  return askFor(given, surroundings, { type: 'OperatorOpted', eventID, optType }, outcome);
};
