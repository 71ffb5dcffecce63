import { type Name, oadr } from '../xml/names.ts';
import type { MessageCodec } from './message.ts';
import { oadrCancelOpt } from './oadrCancelOpt.ts';
import { oadrCancelPartyRegistration } from './oadrCancelPartyRegistration.ts';
import { oadrCancelReport } from './oadrCancelReport.ts';
import { oadrCanceledOpt } from './oadrCanceledOpt.ts';
import { oadrCanceledPartyRegistration } from './oadrCanceledPartyRegistration.ts';
import { oadrCanceledReport } from './oadrCanceledReport.ts';
import { oadrCreateOpt } from './oadrCreateOpt.ts';
import { oadrCreatePartyRegistration } from './oadrCreatePartyRegistration.ts';
import { oadrCreateReport } from './oadrCreateReport.ts';
import { oadrCreatedEvent } from './oadrCreatedEvent.ts';
import { oadrCreatedOpt } from './oadrCreatedOpt.ts';
import { oadrCreatedPartyRegistration } from './oadrCreatedPartyRegistration.ts';
import { oadrCreatedReport } from './oadrCreatedReport.ts';
import { oadrDistributeEvent } from './oadrDistributeEvent.ts';
import { oadrPoll } from './oadrPoll.ts';
import { oadrQueryRegistration } from './oadrQueryRegistration.ts';
import { oadrRegisterReport } from './oadrRegisterReport.ts';
import { oadrRegisteredReport } from './oadrRegisteredReport.ts';
import { oadrRequestEvent } from './oadrRequestEvent.ts';
import { oadrRequestReregistration } from './oadrRequestReregistration.ts';
import { oadrResponse } from './oadrResponse.ts';
import { oadrUpdateReport } from './oadrUpdateReport.ts';
import { oadrUpdatedReport } from './oadrUpdatedReport.ts';
import type { MessageName } from './names.ts';

/** The 23 messages, by name. */
export const messageCodecs: Readonly<Record<MessageName, MessageCodec>> = {
  oadrCancelOpt,
  oadrCancelPartyRegistration,
  oadrCancelReport,
  oadrCanceledOpt,
  oadrCanceledPartyRegistration,
  oadrCanceledReport,
  oadrCreateOpt,
  oadrCreatePartyRegistration,
  oadrCreateReport,
  oadrCreatedEvent,
  oadrCreatedOpt,
  oadrCreatedPartyRegistration,
  oadrCreatedReport,
  oadrDistributeEvent,
  oadrPoll,
  oadrQueryRegistration,
  oadrRegisterReport,
  oadrRegisteredReport,
  oadrRequestEvent,
  oadrRequestReregistration,
  oadrResponse,
  oadrUpdateReport,
  oadrUpdatedReport,
};

/** The 23 messages, by the name of their element. */
export const messagesByElement: ReadonlyMap<Name, MessageCodec> = new Map(
  Object.values(messageCodecs).map((declared) => [oadr(declared.message), declared]),
);

/** Whether a local name is that of a message. */
export const isMessageName = (name: string): name is MessageName => Object.hasOwn(messageCodecs, name);
