import type { ExchangeOutcome, Transport } from '../../adapters/transport.ts';
import { decodePayload, encodePayload, type MessageOf, type OadrMessage } from '../../protocol/payload.ts';
import { signs } from '../../machines/exchange/signing.ts';
import { serviceOf } from '../../protocol/services.ts';
import { counted } from '../../telling/words.ts';
import { transportFor } from '../transportFor.ts';
import { bad, good, warning, type DoctorCheck, type Finding, type Patient } from './finding.ts';

/**
 * What only the VTN can say: whether it takes the token, and whether it knows this VEN.
 *
 * It is asked with oadrQueryRegistration, which changes nothing. Only where that leaves open whether the VEN is known, it is
 * asked with oadrRequestEvent as well, which names the VEN: to a VEN that it does not know it can only answer that. Where a VEN
 * runs that is registered, that knows it already, and the VTN is not had to offer DR events that nobody would answer. @rule 2.0b 12
 */

const requestID = 'ven-doctor';

/** An answer as a message, or why there is none. */
type Heard = { readonly message: OadrMessage } | { readonly finding: Finding };

const tokenAdvice =
  'Compare the VTN URL, its token included, with what the programme handed out; a token that was replaced goes into the same file.';

/** An answer that says the token is wrong, where it is the token that says who asks. */
const isRefusedToken = ({ httpStatus }: Extract<ExchangeOutcome, { kind: 'failed' }>): boolean =>
  httpStatus === 401 || httpStatus === 403 || httpStatus === 404;

const heard = async (
  transport: Transport,
  { envelope, signatures }: Pick<Patient['configuration']['settings'], 'envelope' | 'signatures'>,
  asked: OadrMessage,
): Promise<Heard> => {
  const wanted = signatures === 'none' ? {} : { signatures };
  const outcome = await transport.exchange({
    service: serviceOf[asked.message],
    body: encodePayload(asked, { bare: !envelope, isToBeSigned: signs(wanted) }),
  });
  if (outcome.kind === 'failed')
    return {
      finding: isRefusedToken(outcome)
        ? bad('token', `The VTN does not take the token: ${outcome.detail}`, tokenAdvice)
        : bad('token', `${asked.message} brought no answer: ${outcome.detail}`, 'The token could not be tested by it.'),
    };
  const { signature } = outcome;
  if (signature?.isValid === false)
    return {
      finding: bad(
        'signatures',
        `The VTN’s answer to ${asked.message} is not taken, for it may not be the VTN’s: ${signature.text}`,
        'Compare with the VTN’s operator what it signs with; "signatures" may also be none or sign.',
      ),
    };
  const decoded = decodePayload(signature?.signed ?? outcome.body, { isSigned: signature !== undefined });
  if (decoded.ok) return { message: decoded.message };
  return {
    finding: bad(
      'token',
      `The VTN’s answer to ${asked.message} cannot be read: ${decoded.refusal.text}`,
      'Is this the URL of a VTN of OpenADR 2.0b? Show the answer to its operator.',
    ),
  };
};

const isSuccess = (code: string): boolean => code.startsWith('2');

const codeText = ({ responseCode, responseDescription }: MessageOf<'oadrResponse'>['eiResponse']): string =>
  responseDescription === undefined || responseDescription === ''
    ? responseCode
    : `${responseCode}: ${responseDescription}`;

const othersName = (told: string, venID: string): Finding =>
  warning(
    'known',
    `The VTN calls this VEN ${told}, and the configuration ${venID}.`,
    'Make sure that the programme’s records name the one the VTN uses.',
  );

/** What was asked for to be known is answered by nobody: the VEN answers what it asks for itself. */
const offeredText = (count: number): string =>
  count === 0
    ? 'it offers no DR events.'
    : `it offers ${counted(count, 'DR event')}, unanswered here: "ven run" asks for them, and answers.`;

/** Whether the VTN knows the VEN by its venID, where the query left that open. */
const knownByEvents = async (
  transport: Transport,
  { configuration: { settings } }: Patient,
): Promise<readonly Finding[]> => {
  const { venID } = settings;
  const answer = await heard(transport, settings, { message: 'oadrRequestEvent', requestID, venID });
  if ('finding' in answer) return [{ ...answer.finding, check: 'known' }];
  const { message } = answer;
  const response = 'eiResponse' in message ? message.eiResponse : undefined;
  if (message.message === 'oadrDistributeEvent' && (response === undefined || isSuccess(response.responseCode)))
    return [good('known', `The VTN knows the VEN ${venID}: ${offeredText(message.oadrEvent.length)}`)];
  return [
    warning(
      'known',
      `The VTN does not know the VEN ${venID} yet (${response === undefined ? message.message : codeText(response)}).`,
      'That is so before the first registration, which "ven run" makes. If it is refused then, the venID is not the one the programme handed out.',
    ),
  ];
};

const findingsOf = async (transport: Transport, patient: Patient, isAtWork: boolean): Promise<readonly Finding[]> => {
  const { settings } = patient.configuration;
  const answer = await heard(transport, settings, { message: 'oadrQueryRegistration', requestID });
  if ('finding' in answer) return [answer.finding];
  const { message } = answer;
  if (message.message !== 'oadrCreatedPartyRegistration')
    return [
      bad(
        'token',
        `The VTN answered oadrQueryRegistration with ${message.message}${'eiResponse' in message && message.eiResponse !== undefined ? ` (${codeText(message.eiResponse)})` : ''}.`,
        tokenAdvice,
      ),
    ];
  if (!isSuccess(message.eiResponse.responseCode))
    return [bad('token', `The VTN refuses oadrQueryRegistration with ${codeText(message.eiResponse)}.`, tokenAdvice)];
  const taken = good('token', `The VTN ${message.vtnID} takes the token: it answered oadrQueryRegistration.`);
  const { venID, registrationID } = message;
  if (venID !== undefined && venID !== settings.venID) return [taken, othersName(venID, settings.venID)];
  if (registrationID !== undefined && registrationID !== '')
    return [taken, good('known', `The VTN knows the VEN ${settings.venID}, registrationID ${registrationID}.`)];
  if (isAtWork) return [taken, good('known', `The VTN knows the VEN ${settings.venID}: it runs, and is registered.`)];
  return [taken, ...(await knownByEvents(transport, patient))];
};

/** Asks the VTN with the token; it is changed by nothing of it. `isAtWork`: the VEN runs, and is registered. */
export const askVtnCheck =
  (isAtWork: boolean): DoctorCheck =>
  async (patient) => {
    const transport = transportFor(patient.configuration);
    try {
      return await findingsOf(transport, patient, isAtWork);
    } finally {
      await transport.close();
    }
  };
