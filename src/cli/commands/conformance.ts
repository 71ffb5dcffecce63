import type { Command } from '../command.ts';
import { VEN_OPTIONS } from '../optionTables.ts';

/** `ven conformance` */
export const conformanceCommand: Command = {
  name: 'ven conformance',
  summary: 'run the certified test cases against this build',
  help: `
    Runs the VEN test cases of OpenADR certification under their names, each with a VEN of this build in a directory of its own
    that is gone afterwards, over a real connection, and looks at every message in both directions. Against the embedded VTN time
    goes as fast as the messages do: all of it takes two or three minutes.

    Each case is run twice, under the names that certification has for both: with a VEN that polls (N1_0030), and with one that the VTN
    pushes to (N0_5030). --pull and --push choose one.

    The schemas of the standard may not ship with us: with --schemas each message is held against them by xmllint as well.
    Without them that check is not run, and the whole is not green.

    With the URL of another VTN (--vtn https://…, or --vtn url for the configured one) time is the wall's, and a person does the
    VTN's part: each case says what to have it do, and waits ten minutes for it. s passes over a case, q ends the run. Where no
    terminal is, only the cases are run that take nobody (--list names them), unless --patience says how long somebody is to be
    waited for. What the VTN was not had to do is not run, and fails nothing; each case takes the registration back at its end.
    The VEN reports simulated usage there, so it has to be said that this
    is meant: --simulate. Never do that to a VTN that bills. It pushes where the configuration says push and transportAddress.

    The exit code is 0 only when no case fails, every message was held against the schemas, and nobody broke the run off.`,
  options: {
    vtn: { placeholder: 'embedded|URL', help: 'The VTN to be tested with; the embedded one if absent.' },
    only: { placeholder: 'CASE', multiple: true, help: 'Only this case, such as N1_0030, or all that begin so: N1.' },
    pull: { help: 'Only the cases of a VEN that polls.' },
    push: { help: 'Only the cases of a VEN that is pushed to.' },
    schemas: { placeholder: 'DIRECTORY', help: 'The schema files of OpenADR 2.0b: oadr_20b.xsd and what it includes.' },
    list: { help: 'Name the cases, and who does the part of another VTN in each; run none.' },
    patience: { placeholder: 'TIME', help: 'How long somebody at another VTN is waited for: 10m, 1h.' },
    json: { help: 'One JSON document, times in UTC.' },
    html: { placeholder: 'FILE', help: 'Write a report to be read: each case with its steps and messages.' },
    junit: { placeholder: 'FILE', help: 'Write a report for programs that read JUnit.' },
    ...VEN_OPTIONS,
  },
  examples: [
    ['ven conformance --schemas oadr_schema', 'the whole suite against the embedded VTN'],
    ['ven conformance --only N1_0030 --only E1', 'one case, and all of a family'],
    ['ven conformance --push --schemas oadr_schema', 'all cases of a VEN that is pushed to'],
    ['ven conformance --vtn url --simulate --list', 'what takes somebody at the VTN, and what does not'],
    ['ven conformance --schemas oadr_schema --html report.html', 'a report to take to certification'],
  ],
  run: async (given, surroundings) => (await import('../conformance/conformance.ts')).conformance(given, surroundings),
};
