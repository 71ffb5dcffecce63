/** Alarms in a few words, for whoever reads only those. */
import type { AlarmName } from '../facts/alarms.ts';

/** How an alarm is headed; what it rests on, and what to do, the alarm says itself. */
export interface AlarmHeadline {
  readonly words: string;
  /** Whether money or the registration is at risk now; the others ask for a look. */
  readonly isGrave: boolean;
}

const grave = (words: string): AlarmHeadline => ({ words, isGrave: true });
const mild = (words: string): AlarmHeadline => ({ words, isGrave: false });

/** Every alarm there is: at most eight words, the first of which say who. */
export const alarmHeadlines: Readonly<Record<AlarmName, AlarmHeadline>> = {
  pricesMissing: grave('Prices are missing'),
  pricesImplausible: mild('A price is not plausible'),
  pricesOverlap: mild('The VTN states two prices at once'),
  pricesRefused: mild('A DR event was refused'),
  pricesUnusable: mild('Prices came that cannot be used'),
  usageRequestMissing: grave('The VTN does not ask for usage'),
  usageRejected: grave('The VTN rejects usage'),
  usageInDoubt: grave('Usage is in doubt'),
  unknownIdentifiers: mild('The VTN asks for unknown reports'),
  credentialsRefused: grave('The VTN turns us away'),
  registrationRefused: grave('The VTN refuses the registration'),
  vtnUnreachable: mild('Messages to the VTN fail'),
  wireDiffersFromProgramme: mild('The VTN differs from the programme'),
  devicesWithheld: grave('Simulated devices are not offered'),
  devicesLeftOut: grave('Devices of the list are not metered'),
  meterSilent: mild('A device is silent'),
  messageUnreadable: mild('The VTN said something unreadable'),
  stepFailed: mild('This program failed on an input'),
  planFailed: mild('There is no new plan'),
  setpointFailed: mild('A device does not follow'),
  deviceImplausible: mild('A device says what cannot be'),
  deviceClockOff: mild('A device’s clock is wrong'),
  trustEnded: mild('A device is another than was trusted'),
  certificateEnds: mild('A certificate is to be renewed'),
  certificateEndsSoon: grave('A certificate ends within a week'),
  certificateInvalid: grave('A certificate is not valid'),
  vtnNameUnchecked: grave('The VTN’s name is not checked'),
  renewalRefused: mild('A renewed certificate cannot be used'),
  secondAgent: mild('A second agent uses this venID'),
  signalUnsupported: mild('The VTN sends an unsupported signal'),
  identityMismatch: grave('The VTN means somebody else'),
  vtnClockOff: mild('The clocks differ'),
  listGrows: mild('The VTN’s messages grow'),
  listNeverEmpties: mild('The VTN never says it is done'),
  pushesMissing: mild('The VTN’s pushes do not arrive'),
  answersFail: mild('The VTN does not take our answers'),
  pollsRefused: mild('The VTN refuses our polls'),
  pollsRare: mild('The VTN wants to be polled rarely'),
  signatureRefused: grave('The VTN’s answers are not signed rightly'),
  patienceAsked: mild('The VTN asks for patience'),
  optRefused: mild('The VTN refuses an opt'),
};
