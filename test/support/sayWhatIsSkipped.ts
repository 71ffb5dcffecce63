import { sharedDirectory, sharedIsPresent } from './shared.ts';

/** Once for a run: what is not tested where OpenADR's files are absent, and how to come by them. */
export const setup = (): void => {
  if (sharedIsPresent) return;
  process.stderr.write(
    `There is no openadr/xsd/oadr_20b.xsd in ${sharedDirectory}: what compares with the schemas, payloads and field cases of OpenADR 2.0b is skipped. ` +
      'The schemas come with the profile specification (openadr.org, free of charge) and may not be distributed here; TER_VEN_SHARED names the directory.\n',
  );
};
