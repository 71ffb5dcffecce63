import { describe } from 'vitest';
import { keepsTheContract } from './contract.ts';
import { levelGround, memoryGround, sharedGround } from './support.ts';

describe.each([
  { name: 'the log in memory', ground: memoryGround },
  { name: 'the log on disk', ground: levelGround },
  { name: 'the log in a store of many', ground: sharedGround },
])('$name', ({ ground }) => keepsTheContract(ground));
