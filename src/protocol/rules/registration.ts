import type { OadrCreatePartyRegistration } from '../messages/oadrCreatePartyRegistration.ts';
import { type Findings, demand } from './rule.ts';

/**
 * What a registration says about transport and identity fits together.
 *
 * @rule 2.0b 402
 */
export const checkCreatePartyRegistration = (message: OadrCreatePartyRegistration, findings: Findings): void => {
  const { oadrTransportName, oadrHttpPullModel, oadrTransportAddress, oadrProfileName, registrationID, venID } =
    message;
  const isHttp = oadrTransportName === 'simpleHttp';
  demand(
    findings,
    '6.4 (402)',
    !isHttp || oadrHttpPullModel !== undefined,
    'simpleHttp needs oadrHttpPullModel, true or false.',
  );
  demand(
    findings,
    '6.4 (402)',
    !isHttp || oadrHttpPullModel !== false || oadrTransportAddress !== undefined,
    'Push needs oadrTransportAddress.',
  );
  demand(
    findings,
    '6.5 (402)',
    registrationID === undefined || venID !== undefined,
    'A re-registration carries registrationID and venID.',
  );
  demand(
    findings,
    '6.7 (Table 3)',
    oadrProfileName === '2.0b',
    `oadrProfileName is ${oadrProfileName} instead of 2.0b.`,
  );
};
