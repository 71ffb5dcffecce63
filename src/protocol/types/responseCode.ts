/** Three digits; the first says whether the message was accepted (2), the rest is detail. @rule 2.0b 48 */
export type ResponseCode = string;

/** The response codes that have a meaning in the profile. @rule 2.0b 48 */
export const responseCodes = {
  /** Accepted. */
  ok: '200',
  /** Out of sequence: order of uids, or a modificationNumber lower than the one known. */
  outOfSequence: '450',
  /** Not allowed, such as a change of the past. */
  notAllowed: '451',
  /** An identifier that is not known or not expected. */
  invalidID: '452',
  /** A reportName or signalName the profile does not know. */
  notRecognized: '453',
  /** A value out of range, or more data requested than offered. */
  invalidData: '454',
  /** Any other fault of compliance: information missing, an unexpected message. */
  complianceError: '459',
  /** A signal the profile knows and this party does not support. */
  signalNotSupported: '460',
  /** A report the profile knows and this party does not support. */
  reportNotSupported: '461',
  /** Target or market context does not match. */
  targetMismatch: '462',
  /** Not registered or not authorised. */
  notRegistered: '463',
  /** Any other fault of deployment, such as a resource that cannot be resolved. */
  deploymentError: '469',
} as const;

/** One of the response codes with a meaning in the profile. */
export type KnownResponseCode = (typeof responseCodes)[keyof typeof responseCodes];

/** Whether a response code says that the message was accepted. */
export const isAccepted = (responseCode: ResponseCode): boolean => responseCode.startsWith('2');
