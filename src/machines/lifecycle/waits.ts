/** What waits for the VTN begin and end with. */
import type { Signal } from '../signals.ts';

/** What the lifecycle wants of the VTN, and wants again in the next state: a report it does not. */
export const whatWaits: Signal = {
  type: 'line.withdrawn',
  purposes: ['query', 'registration', 'metadata', 'requestEvent', 'poll'],
};

/** A run that goes on polls on, or asks for all DR events first. */
export const whenARunGoesOn = [
  {
    guard: 'eventsMayWait',
    target: '.registered',
    actions: ['distrustRequests', 'pacePoll', 'oweEvents', 'openTheLine'],
  },
  { target: '.registering', actions: ['distrustRequests', 'pacePoll'] },
] as const;

/** What every wait for the VTN ends with when nothing comes of it, the exchange's own end included. */
export const unlessAnswered = {
  outcomeTimeoutMs: { target: '#ven.backoff', actions: 'countFailure' },
} as const;

/** Answers that the VTN failed on: it is asked to tell its DR events again, ever more rarely, and they are answered again. */
export const answering = {
  description: 'The VTN has taken what we answered to its DR events, or it is asked for them again after a while.',
  initial: 'taken',
  states: {
    taken: {
      description: 'No answer is owed.',
      always: { guard: 'answersAreOwed', target: 'owed' },
    },
    owed: {
      description: 'The VTN failed on an answer: it is to tell its DR events again, ever more rarely, to be answered.',
      after: { answersAgainDelayMs: '#ven.registering.awaitingDistributeEvent' },
    },
  },
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
