import type { Command } from '../command.ts';
import { DATA_OPTIONS } from '../optionTables.ts';

/** `ven inspect` */
export const inspectCommand: Command = {
  name: 'ven inspect',
  summary: 'a page on this machine that shows the agent think, now and at any moment of its log',
  help: `
    Opens the inspector on a log: the statecharts with their active states, the timeline, every entry with its causes and its XML,
    prices, energy and deliveries, at any moment of the past. It asks the running agent, or reads the log when none
    runs; of a fleet that of the VEN that --ven names. It only reads. Programs find JSON, Prometheus figures and a stream of entries at the same address.

    It listens on this machine only. At another address it asks for a token, which it makes up and tells, or takes from
    VEN_INSPECT_TOKEN or VEN_INSPECT_TOKEN_FILE. "ven run --inspect" opens it in the agent itself.`,
  options: {
    at: {
      placeholder: '[ADDRESS:]PORT',
      help: 'Where to listen; 127.0.0.1:8462 if absent, or a free port when that is taken. Port 0 takes a free one.',
    },
    ...DATA_OPTIONS,
  },
  operands: [{ placeholder: 'LOG|BUNDLE', required: false }],
  examples: [
    ['ven inspect', 'the log of the configuration'],
    ['ven inspect .demo/2026-11-02T18-00-00', 'the log of a demo'],
    ['ven inspect ven.venbundle', 'a bundle that somebody sent'],
    ['ven inspect --store page.url --ven VEN_7', 'the log of one VEN in a database'],
  ],
  run: async (given, surroundings) => {
    surroundings.stopSignal();
    return (await import('../inspect/inspect.ts')).inspect(given, surroundings);
  },
};
