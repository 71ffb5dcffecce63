import type { Command } from '../command.ts';
import { DOCUMENT_OPTIONS } from '../optionTables.ts';

/** `ven explain` */
export const explainCommand: Command = {
  name: 'ven explain',
  summary: 'the story of an hour, a DR event, a report or an entry, in plain sentences',
  help: `
    Tells all that the log knows of one thing, from the fact that started it to the last that followed, each sentence with
    its position.

    An hour (14:00 of today, "yesterday 14:00", "2026-11-02T01:00", local, or with its offset) is told with its prices and when each was received, the readings
    that make it, and every report it was part of: each sending and what became of it. The hour that the clocks show twice
    is named with its offset. What is called like an hour or a position is named with --event, --request or --delivery. A DR event is told by its eventID, a report request by its reportRequestID, a delivery of
    usage by its deliveryID. A position is told with the causes that led to it and the tree of what followed.

    On a terminal, x shows the messages and hides them again.`,
  options: {
    xml: { help: 'The messages, as they went over the wire.' },
    event: { placeholder: 'EVENTID', help: 'A DR event, whatever it is called.' },
    request: { placeholder: 'REPORTREQUESTID', help: 'A report request, whatever it is called.' },
    delivery: { placeholder: 'DELIVERYID', help: 'A delivery of usage, whatever it is called.' },
    device: { placeholder: 'RESOURCE_ID', help: 'Of an hour: only this device.' },
    ...DOCUMENT_OPTIONS,
  },
  operands: [{ placeholder: 'WHAT', required: false }],
  examples: [
    ['ven explain "2026-11-02T01:00"', 'why an hour cost what it cost, and whether the VTN has it'],
    ['ven explain 14:00', 'what this hour of today came to, or will by the plan'],
    ['ven explain --event 17', 'a DR event that the VTN calls 17'],
    ['ven explain 4711 --xml', 'what led to entry 4711 and what followed, with the messages'],
  ],
  run: async (given, surroundings) => (await import('../explain/explain.ts')).explain(given, surroundings),
};
