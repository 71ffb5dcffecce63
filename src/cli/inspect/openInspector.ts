/** Opens the inspector of a command, and says where it is. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PlannerProcess } from '../../adapters/planning/plannerProcess.ts';
import type { Redactor } from '../../adapters/secrets/redact.ts';
import type { Inspected } from '../../inspector/history/history.ts';
import { isLoopback } from '../../inspector/server/address.ts';
import { startInspector, type Inspector } from '../../inspector/server/inspectorServer.ts';
import { VERSION } from '../version.ts';
import type { Listening } from './listening.ts';

/** Where the page may have been built to: beside the bundle, or in `dist` when the sources run. */
const pagePlaces = ['../inspector', './inspector', '../../../dist/inspector', '../../dist/inspector'];

/** Where the page was built to; null where it was not. */
export const pageDirectory = (): string | null => {
  const here = fileURLToPath(new URL('.', import.meta.url));
  return pagePlaces.map((place) => join(here, place)).find((place) => existsSync(join(place, 'index.html'))) ?? null;
};

const isTaken = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';

/** @limit How long the process that plans again for whoever looks waits for another question. @unit ms */
const idleMs = 20_000;

const start = async (
  inspected: Inspected,
  { address, port, isPortNegotiable, token, hosts }: Listening,
  redactor: Redactor,
): Promise<Inspector> => {
  // It starts a process when somebody asks why, or looks back upon a day, and ends it when nobody asks any more.
  const planner = new PlannerProcess({ idleMs });
  const options = {
    inspected,
    version: VERSION,
    pageDirectory: pageDirectory(),
    address,
    token,
    hosts,
    redact: (text: string) => redactor.text(text),
    planner,
    explainer: planner,
  };
  try {
    return await startInspector({ ...options, port });
  } catch (error) {
    if (!isPortNegotiable || !isTaken(error)) throw error;
    return startInspector({ ...options, port: 0 });
  }
};

/** What a person is told of where to look. */
const invitation = ({ url }: Inspector, { address, token, isTokenNew }: Listening): readonly string[] => {
  if (isLoopback(address)) return [`Inspector: ${url}`];
  return [
    `Inspector: ${url}${isTokenNew ? `?token=${token ?? ''}` : ''}`,
    `It can be reached from other machines, without encryption, by whoever has ${isTokenNew ? 'this token' : 'the token of VEN_INSPECT_TOKEN'}: everything the VEN knows can be read there.`,
  ];
};

const reasonOf = (error: unknown): string =>
  isTaken(error) ? 'another process listens there' : error instanceof Error ? error.message : String(error);

/** Opens an inspector and tells where it is. @throws Error that says why it cannot be opened */
export const openInspector = async (
  inspected: Inspected,
  listening: Listening,
  redactor: Redactor,
  say: (sentence: string) => void,
): Promise<Inspector> => {
  try {
    const inspector = await start(inspected, listening, redactor);
    for (const sentence of invitation(inspector, listening)) say(sentence);
    return inspector;
  } catch (error) {
    throw new Error(`The inspector cannot listen at ${listening.address}:${listening.port}: ${reasonOf(error)}.`, {
      cause: error,
    });
  }
};

/** The agent's work is not to be looked at: where no inspector can be opened, it runs without one and says so. */
export const tryInspector = async (...given: Parameters<typeof openInspector>): Promise<Inspector | null> => {
  try {
    return await openInspector(...given);
  } catch (error) {
    given[3](`${error instanceof Error ? error.message : String(error)} The agent runs without it.`);
    return null;
  }
};
