/** Somebody else's VTN: what is needed to reach it, and whether it is there at all. */
import type { Configuration } from '../../adapters/config/config.ts';
import { isThisMachine } from '../../adapters/secrets/vtnUrl.ts';
import { SystemClock } from '../../adapters/time/systemClock.ts';
import { signs } from '../../machines/exchange/signing.ts';
import { encodePayload } from '../../protocol/payload.ts';
import { configurationFor } from '../configurationOptions.ts';
import { CommandFailure, EXIT } from '../exitCode.ts';
import type { ParsedArguments } from '../options.ts';
import type { Surroundings } from '../surroundings.ts';
import { signaturesFor, transportFor, veilFor } from '../transportFor.ts';
import { personAt, type Person } from './person.ts';

/** Somebody else's VTN, and who has it do what the cases ask for. */
export interface Stranger {
  readonly configuration: Configuration;
  readonly person: Person;
}

/** Asks it something that changes nothing, so that no case waits for a VTN that is not there. @throws CommandFailure */
const assertAnswers = async (configuration: Configuration): Promise<void> => {
  const { settings, vtnUrl } = configuration;
  const clock = new SystemClock();
  const transport = transportFor(configuration, veilFor(configuration), signaturesFor(configuration, clock));
  try {
    const wanted = settings.signatures === 'none' ? {} : { signatures: settings.signatures };
    const outcome = await transport.exchange({
      service: 'EiRegisterParty',
      body: encodePayload(
        { message: 'oadrQueryRegistration', requestID: 'ven-conformance' },
        { bare: !settings.envelope, isToBeSigned: signs(wanted) },
      ),
    });
    if (outcome.kind === 'failed')
      throw new CommandFailure(
        `No case was run, for ${vtnUrl.alias} did not answer oadrQueryRegistration: ${outcome.detail} "ven doctor --ask" says more.`,
      );
  } finally {
    await transport.close();
    clock.close();
  }
};

/** Whom the run is with; null: the embedded VTN. @throws CommandFailure @throws UsageError @throws ConfigurationError */
export const strangerGiven = async (
  given: ParsedArguments,
  surroundings: Surroundings,
  stop: AbortSignal,
): Promise<Stranger | null> => {
  const vtn = given.text('vtn') ?? 'embedded';
  if (vtn === 'embedded') return null;
  const text = (name: string): string | undefined => (name === 'vtn-url' && vtn !== 'url' ? vtn : given.text(name));
  // Which cases are run is no setting, though one has its name.
  const switches = new Set([...given.switches].filter((name) => name !== 'push'));
  const configuration = configurationFor({ ...given, text, switches }, surroundings);
  const isElsewhere = !isThisMachine(new URL(configuration.vtnUrl.origin).hostname);
  if (isElsewhere && !given.switches.has('simulate'))
    throw new CommandFailure(
      `The VEN under test reports usage that was never used to ${configuration.vtnUrl.alias}, which is not on this machine: say --simulate where that is meant, and never do it to a VTN that bills.`,
      EXIT.configuration,
    );
  await assertAnswers(configuration);
  return { configuration, person: personAt(given, surroundings, stop) };
};
