import type { Foundation } from '../../shell/fold.ts';

const texts: Readonly<Record<Foundation, string | null>> = {
  beginning: null,
  checkpoint: null,
  base: 'The log does not reach back to the first start: it was folded on the state that was kept where it begins.',
  'part of the base':
    'Another version kept the state where the log begins: its settings and some of its views were taken over, its streams were not, so nothing is compared.',
  nothing:
    'The state where the log begins cannot be read: what came before the next start of the agent was let go, and nothing is compared.',
};

/** What a person should know about what a fold was built on; null when it is what one expects. */
export const foundationText = (foundation: Foundation): string | null => texts[foundation];
