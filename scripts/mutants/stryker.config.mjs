/** How the mutants of one room are hunted; `scripts/mutants.mjs` says which room, and which of its files, in the environment. */
const room = process.env.MUTANTS_ROOM;

export default {
  testRunner: 'in-place',
  plugins: ['./scripts/mutants/runner.mjs', './scripts/mutants/ignored.mjs'],
  testRunnerNodeArgs: ['--conditions=development', '--disable-warning=ExperimentalWarning'],
  mutate: process.env.MUTANTS_PATHS.split('\n'),
  ignorers: ['prose', 'narrowing'],
  ignoreStatic: true,
  coverageAnalysis: 'perTest',
  concurrency: 1,
  incremental: true,
  incrementalFile: process.env.MUTANTS_RESULTS,
  tempDirName: '.mutants/sandbox',
  ignorePatterns: ['dist', 'docs', 'bench', 'packages', 'deploy', 'coverage', '.demo', '.verify', '.mutants'],
  reporters: ['clear-text', 'json', 'progress-append-only'],
  clearTextReporter: { allowColor: false, reportTests: false, logTests: false },
  jsonReporter: { fileName: `.mutants/${room}.report.json` },
  timeoutMS: 10_000,
  dryRunTimeoutMinutes: 20,
  disableTypeChecks: false,
  tsconfigFile: 'none',
};
