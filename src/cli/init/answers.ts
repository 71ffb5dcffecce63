import { readFileSync } from 'node:fs';
import { deviceSchema } from '../../shell/settings/deviceKinds.ts';
import { isThisMachine, parseVtnUrl, VtnUrlError } from '../../adapters/secrets/vtnUrl.ts';
import type { AskedLine } from '../lines.ts';
import { UsageError, type ParsedArguments } from '../options.ts';

/** What a configuration begins with. */
export interface InitAnswers {
  readonly venID: string;
  readonly venName: string;
  /** With its token; it goes into a file of its own. */
  readonly vtnUrl: string;
  /** Null: none yet, so prices are taken and no usage is offered. */
  readonly device: object | null;
  readonly priceUnit: string;
  readonly inspect: boolean;
}

const priceUnits = ['usd_per_kwh', 'cents_per_kwh', 'usd_per_mwh'];

const mustBeIdentifier = (text: string, what: string): string => {
  if (/^\S(.*\S)?$/s.test(text) && text.length <= 255) return text;
  throw new UsageError(`"${text}" cannot be ${what}: it needs 1 to 255 characters, without white space at its ends.`);
};

/** @throws UsageError without the URL in it, which carries the token */
const mustBeVtnUrl = (text: string, allowPlainHttp: boolean): string => {
  try {
    parseVtnUrl(text, { allowPlainHttp });
    return text;
  } catch (error) {
    if (error instanceof VtnUrlError) throw new UsageError(error.message);
    throw error;
  }
};

const urlInFile = (path: string | undefined): string | undefined => {
  if (path === undefined) return undefined;
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw new UsageError(
      `The file ${path} of --vtn-url-file cannot be read (${(error as NodeJS.ErrnoException).code}): check its path and its permissions.`,
    );
  }
};

const kinds: Readonly<Record<string, (resourceID: string, rest: string) => object>> = {
  simulated: (resourceID) => ({ kind: 'simulatedBattery', resourceID }),
  sunspec: (resourceID, host) => ({
    kind: 'sunspec',
    resourceID,
    host,
    capacityWattHours: 13_500,
    maxChargeWatts: 5_000,
    maxDischargeWatts: 5_000,
    readOnly: true,
  }),
};

const deviceForm =
  'write none, simulated:RESOURCE_ID, or sunspec:RESOURCE_ID@HOST; other kinds are added to the file by hand';

/** Held against what a device may be, and kept as it was said: defaults need not stand in the file. */
const begun = (device: object): object => {
  deviceSchema.parse(device);
  return device;
};

/** A device as it is written: `sunspec:battery@192.168.1.40`. @throws UsageError */
export const deviceGiven = (text: string): object | null => {
  if (text === 'none' || text === '') return null;
  const [, kind = '', resourceID = '', host = ''] = /^([a-zA-Z]+):([^@]+)(?:@(.+))?$/.exec(text) ?? [];
  const make = kinds[kind];
  if (make === undefined || (kind === 'sunspec') !== (host !== ''))
    throw new UsageError(`"${text}" is no device that can be begun with: ${deviceForm}.`);
  return begun(make(mustBeIdentifier(resourceID, 'a resourceID'), host));
};

const unitGiven = (text: string): string => {
  if (priceUnits.includes(text)) return text;
  throw new UsageError(`"${text}" is no unit of prices: write ${priceUnits.join(', ')}.`);
};

/** Asks until the answer can be used; what was wrong is said before the question is asked again. */
const asking =
  (ask: AskedLine | null, tell: (sentence: string) => void) =>
  async <Answer>(
    given: string | undefined,
    { question, option, usual }: { readonly question: string; readonly option: string; readonly usual?: string },
    understood: (text: string) => Answer,
  ): Promise<Answer> => {
    if (given !== undefined) return understood(given);
    if (ask === null) {
      if (usual !== undefined) return understood(usual);
      throw new UsageError(`Nobody sits at a terminal to be asked: give --${option} as well.`);
    }
    for (;;) {
      const answer = await ask(`${question}${usual === undefined ? '' : ` [${usual}]`} `);
      try {
        return understood(answer === '' && usual !== undefined ? usual : answer);
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        tell(error.message);
      }
    }
  };

const saysYes = (text: string): boolean => {
  if (/^(y|yes|n|no)$/i.test(text)) return /^y/i.test(text);
  throw new UsageError(`"${text}" is neither yes nor no.`);
};

/** What a person says, by options or to questions. @throws UsageError */
export const answersGiven = async (
  given: ParsedArguments,
  ask: AskedLine | null,
  tell: (sentence: string) => void,
): Promise<InitAnswers> => {
  const answer = asking(ask, tell);
  const allowPlainHttp = given.switches.has('allow-plain-http');
  const venID = await answer(
    given.text('ven-id'),
    { question: 'The venID that the programme gave you?', option: 'ven-id' },
    (text) => mustBeIdentifier(text, 'a venID'),
  );
  const vtnUrl = await answer(
    given.text('vtn-url') ?? urlInFile(given.text('vtn-url-file')),
    {
      question: 'The URL of the VTN, with its token, as it was given to you?',
      option: 'vtn-url',
    },
    (text) => mustBeVtnUrl(text, allowPlainHttp),
  );
  const isHere = isThisMachine(new URL(vtnUrl).hostname);
  return {
    venID,
    vtnUrl,
    venName: await answer(
      given.text('ven-name'),
      { question: 'A name for the VTN’s operator to see?', option: 'ven-name', usual: venID },
      (text) => mustBeIdentifier(text, 'a venName'),
    ),
    priceUnit: await answer(
      given.text('price-unit'),
      { question: 'What does a price without a unit mean?', option: 'price-unit', usual: 'usd_per_kwh' },
      unitGiven,
    ),
    device: await answer(
      given.text('device'),
      {
        question: 'The first device (none, simulated:ID, or sunspec:ID@HOST)?',
        option: 'device',
        usual: isHere ? 'simulated:example-device-001' : 'none',
      },
      deviceGiven,
    ),
    inspect: given.switches.has('inspect')
      ? true
      : await answer(
          ask === null ? 'no' : undefined,
          {
            question: 'Show the page of the agent at http://127.0.0.1:8462/ (yes, no)?',
            option: 'inspect',
            usual: 'yes',
          },
          saysYes,
        ),
  };
};
