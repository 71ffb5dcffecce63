import { isLoopback } from '../../inspector/server/address.ts';
import { commandTokenOf } from '../commandApi/openCommands.ts';
import { placeOf } from '../inspect/listening.ts';
import { good, warning, type DoctorCheck } from './finding.ts';

/** Whether commands can be taken over HTTP, and from where. That the file of the token is ours alone, another check says. */
export const commandsCheck: DoctorCheck = async ({ configuration: { settings } }) => {
  const { commands } = settings;
  if (commands === undefined) return [];
  try {
    const { address, port } = placeOf(commands.address);
    commandTokenOf(commands);
    return isLoopback(address)
      ? [good('commands', `Programs on this machine that have the token may command at port ${port}.`)]
      : [
          warning(
            'commands',
            `Whoever reaches ${address}:${port} and has the token may command devices, and the way there is not encrypted.`,
            'Listen at 127.0.0.1 and put a proxy with TLS in front.',
          ),
        ];
  } catch (error) {
    return [
      warning(
        'commands',
        `No commands are taken over HTTP: ${(error as Error).message}`,
        'Correct commands in the configuration: { address, tokenFile }. Prices, plan and usage do not need it.',
      ),
    ];
  }
};
