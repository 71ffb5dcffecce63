/** The names of the 23 messages of OpenADR 2.0b: those of their elements. */
export const messageNames = [
  'oadrPoll',
  'oadrQueryRegistration',
  'oadrCreatePartyRegistration',
  'oadrCreatedPartyRegistration',
  'oadrCancelPartyRegistration',
  'oadrCanceledPartyRegistration',
  'oadrRequestReregistration',
  'oadrRequestEvent',
  'oadrDistributeEvent',
  'oadrCreatedEvent',
  'oadrRegisterReport',
  'oadrRegisteredReport',
  'oadrCreateReport',
  'oadrCreatedReport',
  'oadrUpdateReport',
  'oadrUpdatedReport',
  'oadrCancelReport',
  'oadrCanceledReport',
  'oadrCreateOpt',
  'oadrCreatedOpt',
  'oadrCancelOpt',
  'oadrCanceledOpt',
  'oadrResponse',
] as const;

/** The name of a message. */
export type MessageName = (typeof messageNames)[number];
