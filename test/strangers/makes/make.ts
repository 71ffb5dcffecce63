/** What a stranger has to say, whatever its make. Times are ISO texts, durations as the make's author would type them. */

export interface Answered {
  readonly responseCode: string;
  readonly requestID: string;
  readonly responseDescription?: string;
}

export interface PartyConfirmation extends Answered {
  readonly vtnID: string;
  readonly registrationID?: string;
  readonly venID?: string;
  readonly pollFreq?: string;
}

export interface ReportWish {
  readonly reportRequestID: string;
  readonly reportSpecifierID: string;
  readonly rIDs: readonly string[];
  readonly granularity: string;
  readonly reportBackDuration: string;
  readonly interval?: { readonly dtstart: string; readonly duration: string };
}

export interface SignalWish {
  readonly signalName: string;
  readonly signalType: string;
  readonly values: readonly { readonly duration: string; readonly value: string }[];
  readonly unit?: 'currencyPerKWh' | 'powerReal';
  readonly currentValue?: string;
}

export interface EventWish {
  readonly eventID: string;
  readonly modificationNumber: number;
  readonly eventStatus: string;
  readonly marketContext: string;
  readonly responseRequired: 'always' | 'never';
  readonly dtstart: string;
  readonly duration: string;
  readonly startafter?: string;
  readonly testEvent?: string;
  readonly target?: { readonly venID?: string; readonly resourceID?: string; readonly groupID?: string };
  readonly signals: readonly SignalWish[];
}

export interface Distribution {
  readonly vtnID: string;
  readonly requestID: string;
  readonly responseCode?: string;
  readonly events: readonly EventWish[];
}

/** How one make of VTN puts each message. */
export interface Make {
  readonly name: string;
  createdPartyRegistration(told: PartyConfirmation): string;
  requestReregistration(told: { readonly venID: string }): string;
  cancelPartyRegistration(told: {
    readonly requestID: string;
    readonly registrationID: string;
    readonly venID: string;
  }): string;
  canceledPartyRegistration(told: Answered & { readonly registrationID: string; readonly venID: string }): string;
  response(told: Answered & { readonly venID?: string }): string;
  registeredReport(told: Answered & { readonly venID: string; readonly wishes: readonly ReportWish[] }): string;
  registerReport(told: { readonly requestID: string; readonly venID: string }): string;
  createReport(told: {
    readonly requestID: string;
    readonly venID: string;
    readonly wishes: readonly ReportWish[];
  }): string;
  updatedReport(
    told: Answered & {
      readonly venID: string;
      readonly cancel?: { readonly reportRequestIDs: readonly string[]; readonly reportToFollow: boolean };
    },
  ): string;
  cancelReport(told: {
    readonly requestID: string;
    readonly venID: string;
    readonly reportRequestIDs: readonly string[];
    readonly reportToFollow: boolean;
  }): string;
  distributeEvent(told: Distribution): string;
}

/** A part that is there or not. */
export const maybe = <Given>(given: Given | undefined, write: (given: Given) => string): string =>
  given === undefined ? '' : write(given);
