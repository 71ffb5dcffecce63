import type { Properties } from '../elements/properties.ts';
import type { OadrCancelOpt } from '../messages/oadrCancelOpt.ts';
import type { OadrCreateOpt } from '../messages/oadrCreateOpt.ts';
import { type Findings, demand } from './rule.ts';
import { namesDeviceClassesOnly } from './target.ts';

const hasOnlyTimes = (available: Properties): boolean =>
  Object.keys(available).every((key) => key === 'dtstart' || key === 'duration');

const checkKind = ({ qualifiedEventID, vavailability, marketContext }: OadrCreateOpt, findings: Findings): void => {
  const isForEvent = qualifiedEventID !== undefined;
  demand(
    findings,
    '10.2 (206)',
    !isForEvent || vavailability === undefined,
    'An opt for an event has no vavailability.',
  );
  demand(
    findings,
    '10.2 (206)',
    !isForEvent || marketContext === undefined,
    'An opt for an event has no marketContext.',
  );
  demand(
    findings,
    '10.2 (206)',
    isForEvent || (vavailability ?? []).length > 0,
    'An opt without an event needs a vavailability.',
  );
};

/**
 * An opt is for an event or by a schedule, and says for whom.
 *
 * @rule 2.0b 200
 * @rule 2.0b 204
 * @rule 2.0b 206
 * @rule 2.0b 209
 */
export const checkCreateOpt = (message: OadrCreateOpt, findings: Findings): void => {
  const { optID, eiTarget, venID, oadrDeviceClass, vavailability = [] } = message;
  checkKind(message, findings);
  demand(findings, '10.7 (204)', optID !== '', 'The opt has no optID.');
  demand(findings, '10.8 (202)', eiTarget.venID?.includes(venID) ?? false, 'The target of the opt lacks the venID.');
  demand(
    findings,
    '10.10 (200)',
    vavailability.every(hasOnlyTimes),
    'The availability has more than dtstart and duration.',
  );
  demand(
    findings,
    '10.11 (209)',
    oadrDeviceClass === undefined || namesDeviceClassesOnly(oadrDeviceClass),
    'oadrDeviceClass names more than device classes.',
  );
};

/** @rule 2.0b 208 */
export const checkCancelOpt = ({ optID }: OadrCancelOpt, findings: Findings): void =>
  demand(findings, '10.17 (208)', optID !== '', 'No optID is named.');
