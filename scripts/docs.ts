/**
 * `npm run docs`: writes every page that is made from the program. Ends with 1 when a page is made from something faulty.
 */
import { writeCoverage } from './coverage.ts';

const problems = [...writeCoverage()];

for (const problem of problems) process.stderr.write(`${problem}\n`);
process.exitCode = problems.length > 0 ? 1 : 0;
