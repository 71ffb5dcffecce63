/**
 * Tells systemd that the VEN is ready, that it stops, and, from the event loop, that it lives: a process whose loop hangs
 * falls silent, and is ended and started again. Node has no datagram sockets of the Unix kind, so systemd's own program
 * speaks for us; where nobody asked to be told (no NOTIFY_SOCKET), nothing is done.
 */
import { spawn } from 'node:child_process';
import type { Environment } from '../config/configSources.ts';

/** The service manager, as far as it wants to be told. */
export interface ServiceManager {
  ready(): void;
  stopping(): void;
  /** Ends the signs of life. */
  close(): void;
}

/** How the service manager is told. */
export interface ServiceManagerOptions {
  readonly environment: Environment;
  readonly pid: number;
  /** Told once, in a sentence, when the service manager cannot be told. */
  readonly onTrouble: (sentence: string) => void;
}

const program = 'systemd-notify';

/** How many signs of life fit into the time after which the service manager takes us for dead. */
const signsPerPeriod = 3;

/** How often a sign of life is due; null when none is wanted, or not from this process. @unit ms */
export const lifeSignEveryMs = (environment: Environment, pid: number): number | null => {
  const { WATCHDOG_USEC: period = '', WATCHDOG_PID: wanted = '' } = environment;
  if (!/^\d+$/.test(period) || Number(period) === 0) return null;
  if (wanted !== '' && wanted !== String(pid)) return null;
  return Math.max(100, Math.floor(Number(period) / 1_000 / signsPerPeriod));
};

const nobody: ServiceManager = { ready: () => undefined, stopping: () => undefined, close: () => undefined };

/** The service manager that started this process, or one that hears nothing. */
export const serviceManagerOf = ({ environment, pid, onTrouble }: ServiceManagerOptions): ServiceManager => {
  const { NOTIFY_SOCKET: socket = '', PATH: path = '' } = environment;
  if (socket === '') return nobody;
  let isTroubled = false;
  let isTelling = false;
  const trouble = (what: string): void => {
    if (!isTroubled)
      onTrouble(
        `The service manager waits to be told that the VEN is ready and lives, and ${what}: install ${program}, which comes with systemd, or set Type=exec and no WatchdogSec= in the unit.`,
      );
    isTroubled = true;
  };
  const tell = (state: string, whenDone: () => void = () => undefined): void => {
    // The URL's token stands in our environment perhaps, and is none of the program's business.
    const child = spawn(program, [state], { env: { NOTIFY_SOCKET: socket, PATH: path }, stdio: 'ignore' });
    child.once('error', (error) => {
      trouble(`${program} cannot be run (${(error as NodeJS.ErrnoException).code ?? error.message})`);
      whenDone();
    });
    child.once('exit', (code) => {
      if (code !== 0) trouble(`${program} ended with ${code ?? 'a signal'}`);
      else isTroubled = false;
      whenDone();
    });
    child.unref();
  };
  const live = (): void => {
    if (isTelling) return;
    isTelling = true;
    tell('WATCHDOG=1', () => {
      isTelling = false;
    });
  };
  const everyMs = lifeSignEveryMs(environment, pid);
  const signs = everyMs === null ? null : setInterval(live, everyMs).unref();
  return {
    ready: () => tell('READY=1'),
    stopping: () => tell('STOPPING=1'),
    close: () => {
      if (signs !== null) clearInterval(signs);
    },
  };
};
