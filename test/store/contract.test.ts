import { describe } from 'vitest';
import { keepsTheContract } from './contract.ts';
import { levelGround, memoryGround } from './support.ts';

describe.each([
  { name: 'the log in memory', ground: memoryGround },
  { name: 'the log on disk', ground: levelGround },
])('$name', ({ ground }) => keepsTheContract(ground));
