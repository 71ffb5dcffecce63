import { dotNet } from './dotNet.ts';
import { javaBare } from './javaBare.ts';
import type { Make } from './make.ts';
import { plain } from './plain.ts';
import { pythonic } from './pythonic.ts';

/** All makes of strangers. */
export const makes: readonly Make[] = [plain, pythonic, dotNet, javaBare];
