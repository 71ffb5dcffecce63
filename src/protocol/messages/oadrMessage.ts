import type { MessageName } from './names.ts';
import type { OadrCancelOpt } from './oadrCancelOpt.ts';
import type { OadrCancelPartyRegistration } from './oadrCancelPartyRegistration.ts';
import type { OadrCancelReport } from './oadrCancelReport.ts';
import type { OadrCanceledOpt } from './oadrCanceledOpt.ts';
import type { OadrCanceledPartyRegistration } from './oadrCanceledPartyRegistration.ts';
import type { OadrCanceledReport } from './oadrCanceledReport.ts';
import type { OadrCreateOpt } from './oadrCreateOpt.ts';
import type { OadrCreatePartyRegistration } from './oadrCreatePartyRegistration.ts';
import type { OadrCreateReport } from './oadrCreateReport.ts';
import type { OadrCreatedEvent } from './oadrCreatedEvent.ts';
import type { OadrCreatedOpt } from './oadrCreatedOpt.ts';
import type { OadrCreatedPartyRegistration } from './oadrCreatedPartyRegistration.ts';
import type { OadrCreatedReport } from './oadrCreatedReport.ts';
import type { OadrDistributeEvent } from './oadrDistributeEvent.ts';
import type { OadrPoll } from './oadrPoll.ts';
import type { OadrQueryRegistration } from './oadrQueryRegistration.ts';
import type { OadrRegisterReport } from './oadrRegisterReport.ts';
import type { OadrRegisteredReport } from './oadrRegisteredReport.ts';
import type { OadrRequestEvent } from './oadrRequestEvent.ts';
import type { OadrRequestReregistration } from './oadrRequestReregistration.ts';
import type { OadrResponse } from './oadrResponse.ts';
import type { OadrUpdateReport } from './oadrUpdateReport.ts';
import type { OadrUpdatedReport } from './oadrUpdatedReport.ts';

/** Any of the 23 messages of OpenADR 2.0b, told apart by `message`. */
export type OadrMessage =
  | OadrPoll
  | OadrQueryRegistration
  | OadrCreatePartyRegistration
  | OadrCreatedPartyRegistration
  | OadrCancelPartyRegistration
  | OadrCanceledPartyRegistration
  | OadrRequestReregistration
  | OadrRequestEvent
  | OadrDistributeEvent
  | OadrCreatedEvent
  | OadrRegisterReport
  | OadrRegisteredReport
  | OadrCreateReport
  | OadrCreatedReport
  | OadrUpdateReport
  | OadrUpdatedReport
  | OadrCancelReport
  | OadrCanceledReport
  | OadrCreateOpt
  | OadrCreatedOpt
  | OadrCancelOpt
  | OadrCanceledOpt
  | OadrResponse;

/** The message of a name. */
export type MessageOf<Name extends MessageName> = Extract<OadrMessage, { readonly message: Name }>;
