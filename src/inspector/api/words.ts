import type { z } from 'zod';
import type { lane, level } from './shapes.ts';

/** A lane of the timeline. */
export type ApiLane = z.output<typeof lane>;

/** How much something asks for a person's eye. */
export type EyeLevel = z.output<typeof level>;
