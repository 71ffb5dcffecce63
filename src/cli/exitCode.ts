/** What the exit code of `ven` tells a script or a service manager. A clean stop by a signal is a success. */
export const EXIT = {
  success: 0,
  failure: 1,
  /** The command line was wrong. */
  usage: 2,
  /** The configuration was wrong; starting again without changing it is useless. */
  configuration: 3,
  /** The log cannot be trusted; nothing was written to it. */
  logUnsafe: 4,
  /** The VTN could not be reached, or does not know us, where the command needs it. */
  vtn: 5,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** A command that cannot do what it was asked, with the sentence for the person and the code for the script. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
  readonly exitCode: ExitCode;

  constructor(sentence: string, exitCode: ExitCode = EXIT.failure) {
    super(sentence);
    this.exitCode = exitCode;
  }
}
