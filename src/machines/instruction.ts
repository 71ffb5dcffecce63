/**
 * One thing that a person told a device for a time.
 *
 * Rules of this machine
 * - It holds until its time is over, until it is taken back, or until the device is told something else of its kind.
 * - Its time is kept by the log: it survives a restart, and one that was over meanwhile lapses at the start.
 * - Where it was given for a length of time, its end moves when the clock is set; where it was given until an hour, it does not.
 */
import { assign, enqueueActions, setup } from 'xstate';
import type { InstructionKind } from '../facts/instructions.ts';
import type { Output } from '../facts/fact.ts';
import type { Moment } from './moment.ts';
import type { Signal } from './signals.ts';

/** What is known of an instruction. */
export interface InstructionContext {
  readonly resourceID: string;
  readonly kind: InstructionKind;
  /** When it lapses. UTC ms. */
  readonly endAt: number;
  readonly isForLength: boolean;
}

/** What an instruction hears. */
export type InstructionEvent = Moment &
  (
    | ({ readonly type: 'instruction.given' } & InstructionContext)
    | { readonly type: 'instruction.released' }
    | { readonly type: 'clock.set'; readonly jumpMs: number }
  );

export const instruction = setup({
  types: {
    context: {} as InstructionContext,
    events: {} as InstructionEvent,
    emitted: {} as Output | Signal,
  },
  guards: {
    isForLength: ({ context }) => context.isForLength,
  },
  delays: {
    lapse: ({ context, event }) => context.endAt - event.at,
  },
  actions: {
    remember: assign(({ context, event }) => {
      if (event.type !== 'instruction.given') return context;
      const { resourceID, kind, endAt, isForLength } = event;
      return { resourceID, kind, endAt, isForLength };
    }),
    moveEnd: assign({
      endAt: ({ context, event }) => (event.type === 'clock.set' ? context.endAt + event.jumpMs : context.endAt),
    }),
    concludeLapse: enqueueActions(({ context: { resourceID, kind }, enqueue }) =>
      enqueue.emit({ type: 'InstructionEnded', data: { resourceID, kind, because: 'lapsed' } }),
    ),
  },
}).createMachine({
  id: 'instruction',
  description: 'What a person told a device for a time.',
  context: { resourceID: '', kind: 'override', endAt: 0, isForLength: false },
  initial: 'unheard',
  on: { 'instruction.given': { target: '.standing', reenter: true, actions: 'remember' } },
  states: {
    unheard: { description: 'Nobody has told anything.' },
    standing: {
      description: 'It holds until its time is over.',
      on: {
        'instruction.released': 'over',
        'clock.set': { guard: 'isForLength', target: 'standing', reenter: true, actions: 'moveEnd' },
      },
      after: { lapse: { target: 'over', actions: 'concludeLapse' } },
    },
    over: { description: 'It holds no longer.', type: 'final' },
  },
});
