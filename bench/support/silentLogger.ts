import { createLogger, type Logger } from '../../src/adapters/process/logger.ts';

/** The logger of `ven run`, whose lines go nowhere: what is said costs what it costs, and the terminal costs nothing. */
export const silentLogger = (): Logger =>
  createLogger({ level: 'info', style: 'json', write: () => undefined, now: () => Date.now() });
