import type { Environment } from '../../src/adapters/config/configSources.ts';
import { surroundingsOf, type Surroundings } from '../../src/cli/surroundings.ts';

/** The outside world of a command in a test: what it wrote, and a way to ask it to stop. */
export interface Stage {
  readonly surroundings: Surroundings;
  readonly stdout: () => string;
  readonly stderr: () => string;
  readonly stop: () => void;
}

/** A stage for a command with these arguments and this environment. */
export const stage = (args: readonly string[], environment: Environment = {}): Stage => {
  const written = { stdout: '', stderr: '' };
  const stopping = new AbortController();
  const surroundings = surroundingsOf({
    args,
    environment,
    stdout: { write: (text) => (written.stdout += text) },
    stderr: { write: (text) => (written.stderr += text) },
    stopSignal: () => stopping.signal,
  });
  return {
    surroundings,
    stdout: () => written.stdout,
    stderr: () => written.stderr,
    stop: () => stopping.abort('SIGTERM'),
  };
};
