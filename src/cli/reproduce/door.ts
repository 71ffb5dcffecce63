/** Where a VTN pushes while the VEN's half of a recording is played: at the place that was named, and at no other. */
import type { Configuration } from '../../adapters/config/config.ts';
import { MessageVeil } from '../../adapters/secrets/messageVeil.ts';
import type { PushReply } from '../../recording/awaitedPushes.ts';
import { CommandFailure } from '../exitCode.ts';
import { UsageError, type ParsedArguments } from '../options.ts';
import { say } from '../prose.ts';
import { PushDoor } from '../run/pushDoor.ts';

/** The door of a reproduction. */
export interface ReproductionDoor {
  readonly transportAddress: string;
  /** Listens. @throws CommandFailure when it cannot */
  open(answer: (body: string) => PushReply): Promise<void>;
  close(): Promise<void>;
}

/** The door that the arguments name; null when they name none. What the configuration says of one is that of the VEN, and not used. @throws UsageError */
export const reproductionDoor = (
  given: ParsedArguments,
  configuration: Configuration,
  out: Parameters<typeof say>[0],
): ReproductionDoor | null => {
  const [push, transportAddress] = [given.text('push'), given.text('transport-address')];
  if (push === undefined && transportAddress === undefined) return null;
  if (push === undefined || transportAddress === undefined)
    throw new UsageError('--push and --transport-address belong together.');
  const door = new PushDoor({
    veil: new MessageVeil(''),
    signatures: null,
    journal: {
      info: () => undefined,
      warn: (sentence) => say(out, `${sentence}\n`),
      error: () => undefined,
    },
    now: Date.now,
  });
  return {
    transportAddress,
    open: async (answer) => {
      door.answerWith(({ body }) => Promise.resolve(answer(body)));
      await door.follow(configuration);
      if ((door.standing()?.listensAt ?? null) === null)
        throw new CommandFailure(
          `${push} cannot be listened at: another program has it, or it is no address of this machine.`,
        );
    },
    close: () => door.close(),
  };
};
