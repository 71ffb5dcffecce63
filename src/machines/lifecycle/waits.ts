/** What waits for the VTN end with. */

/** What every wait for the VTN ends with when nothing comes of it, the exchange's own end included. */
export const unlessAnswered = {
  outcomeTimeoutMs: { target: '#ven.backoff', actions: 'countFailure' },
} as const;

/** A poll that was refused, or answered with what answers something else: at first it may have taken DR events with it. */
export const whenPollsComeToNothing = [
  {
    guard: 'pollCameToNothingFirst',
    target: '#ven.registering.awaitingDistributeEvent',
    actions: ['countRefusedPoll', 'contactMade'],
  },
  { guard: 'pollCameToNothing', target: 'waiting', actions: ['countRefusedPoll', 'contactMade'] },
] as const;
