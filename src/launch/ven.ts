#!/usr/bin/env node
/** `ven`: reads the program, with the code that was made of it when it was built. */
import { compiledDirectory, firstChunk } from './places.ts';
import { Program } from './program.ts';

new Program(compiledDirectory(import.meta.url)).run(firstChunk(import.meta.url));
