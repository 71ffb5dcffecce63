import type { LogRepaired } from '../../facts/input.ts';
import { counted } from '../../telling/words.ts';

/** What people are to look at, where opts go on of which nobody knows whether they were taken back. */
export const optsHoldOn = ({ opts = [] }: LogRepaired): readonly string[] =>
  opts.length === 0
    ? []
    : [
        `What was opted before holds on (${counted(opts.length, 'opt')}, "ven opt list"); take back again what was taken back in what is lost.`,
      ];
