/** Settings that cannot be used: one full sentence for each problem. */
export class ConfigurationError extends Error {
  override readonly name: string = 'ConfigurationError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/** TLS files that cannot be used: which one, why, and what to do. */
export class TlsMaterialError extends ConfigurationError {
  override readonly name = 'TlsMaterialError';

  constructor(sentence: string) {
    super([sentence]);
  }
}
