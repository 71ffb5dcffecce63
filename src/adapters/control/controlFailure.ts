/** What went wrong, as it travels. */
export interface PlainFailure {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly position?: number;
}

/** Why the agent could not be asked, or what it answered instead. */
export class ControlFailure extends Error {
  override readonly name = 'ControlFailure';
  readonly failure: PlainFailure;

  constructor(failure: PlainFailure) {
    super(failure.message);
    this.failure = failure;
  }
}
