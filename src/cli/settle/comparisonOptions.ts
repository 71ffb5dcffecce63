import type { OptionTable } from '../options.ts';

/** What `ven settle` accepts to compare a settlement with what others say. */
export const COMPARISON_OPTIONS: OptionTable = {
  bill: {
    placeholder: 'FILE.csv',
    help: 'Compare with this bill, hour by hour; without a time, the time of the bill is settled.',
  },
  meter: {
    placeholder: 'FILE',
    help: 'Compare with this meter: CSV, or Green Button (XML). A bill is then held against it.',
  },
  columns: {
    placeholder: 'MAP',
    multiple: true,
    help: 'What the columns mean: "time=Start,kwh=Net", or a JSON file; "bill:…" or "meter:…" where both are given.',
  },
  'file-device': { placeholder: 'NAME=RESOURCE_ID', multiple: true, help: 'Which device a file means by a name.' },
  'accept-gaps': { help: 'Take a meter file that leaves hours out; they are listed as missing.' },
  'infer-rounding': { help: 'Say which roundings reproduce the bill.' },
  html: { placeholder: 'FILE', help: 'Write it all as one page that needs nothing else, and prints.' },
  claim: {
    placeholder: 'FILE',
    help: 'Write the disputed hours with all their evidence: as JSON, or as a page if FILE ends in .html.',
  },
};
