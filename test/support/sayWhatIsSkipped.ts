import { isWhole, leavings } from './leftOut.ts';
import { sharedDirectory, sharedIsPresent } from './shared.ts';

/** What a run does not test: where OpenADR's files are absent, and how to come by them; and what is left out. */
export const skippedSentences = (environment: NodeJS.ProcessEnv, hasShared: boolean): readonly string[] => [
  ...(hasShared
    ? []
    : [
        `There is no openadr/xsd/oadr_20b.xsd in ${sharedDirectory}: what compares with the schemas, payloads and field cases of OpenADR 2.0b is skipped. ` +
          'The schemas come with the profile specification (openadr.org, free of charge) and may not be distributed here; TER_VEN_SHARED names the directory.',
      ]),
  ...(isWhole(environment)
    ? []
    : [
        'Seeds of the simulation, kills, damaged logs and messages, steps of statecharts, sites and looks of the page: a share of them; ' +
          '"npm test -- --whole" takes all, as the CI does.',
      ]),
  ...leavings(environment).map(({ why, files }) => `Left out here (${why}): ${files.join(', ')}.`),
];

/** Once for a run. */
export const setup = (): void => {
  for (const sentence of skippedSentences(process.env, sharedIsPresent)) process.stderr.write(`${sentence}\n`);
};
