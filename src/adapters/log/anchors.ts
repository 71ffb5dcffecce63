/**
 * Anchors: where each log was last seen to end, remembered outside of its directory.
 *
 * A log that is restored from a backup is whole, and so is a new one; only something that was not restored with it can tell
 * that an agent has sent more since. An anchor is a small file, written after the log and never ahead of it. It holds no secret.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, hostname } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../config/configSources.ts';

/** What is remembered of a log. */
export interface Anchor {
  readonly venID: string;
  /** The VTN, without the path that holds its token. */
  readonly vtn: string;
  readonly directory: string;
  readonly host: string;
  readonly runID: string;
  /** When the log was begun, which tells logs apart. UTC ms. */
  readonly createdAt: number;
  readonly position: number;
  readonly hash: string;
  /** UTC ms. */
  readonly writtenAt: number;
  readonly isRunning: boolean;
}

/** Each field with the kind of value it has. */
const kinds: Readonly<Record<keyof Anchor, 'string' | 'number' | 'boolean'>> = {
  venID: 'string',
  vtn: 'string',
  directory: 'string',
  host: 'string',
  runID: 'string',
  createdAt: 'number',
  position: 'number',
  hash: 'string',
  writtenAt: 'number',
  isRunning: 'boolean',
};

const isAnchor = (value: unknown): value is Anchor =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(kinds).every(([name, kind]) => typeof Reflect.get(value, name) === kind);

/** The word for no anchors at all. */
export const noAnchors = 'none';

/** Where anchors are kept when nobody says: in a second state directory of the service manager, or with the user's state; null for nowhere. */
export const defaultAnchorDirectory = (environment: Environment): string | null => {
  const state = environment['STATE_DIRECTORY'];
  if (state !== undefined && state !== '') return state.split(':')[1] ?? null;
  const user = environment['XDG_STATE_HOME'] ?? environment['LOCALAPPDATA'];
  return join(user === undefined || user === '' ? join(homedir(), '.local', 'state') : user, 'ter-ven', 'anchors');
};

const fileName = ({ createdAt, venID }: Pick<Anchor, 'createdAt' | 'venID'>): string =>
  `${createHash('sha256').update(`${createdAt} ${venID}`).digest('hex').slice(0, 24)}.json`;

const parsed = (text: string): Anchor | null => {
  try {
    const value: unknown = JSON.parse(text);
    return isAnchor(value) ? value : null;
  } catch {
    return null; // cut short by a power cut, or another program's
  }
};

/** This machine's name. */
export const thisHost = (): string => hostname();

/** The place where anchors are kept. */
export class Anchors {
  readonly directory: string;

  private constructor(directory: string) {
    this.directory = directory;
  }

  /** @throws Error when it cannot be written there */
  static at(directory: string): Anchors {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const trial = join(directory, `.${randomUUID()}`);
    writeFileSync(trial, '', { flag: 'wx', mode: 0o600 });
    rmSync(trial);
    return new Anchors(directory);
  }

  /** All that are known, the last written first. */
  all(): readonly Anchor[] {
    return readdirSync(this.directory)
      .filter((name) => name.endsWith('.json'))
      .flatMap((name) => this.#read(name) ?? [])
      .toSorted((one, other) => other.writtenAt - one.writtenAt);
  }

  /** What is remembered of one log. */
  of(log: Pick<Anchor, 'createdAt' | 'venID'>): Anchor | null {
    return this.#read(fileName(log));
  }

  /** Remembers, in one step: there is the old anchor or the new one, never half of one. */
  write(anchor: Anchor): void {
    const path = join(this.directory, fileName(anchor));
    const draft = `${path}.${randomUUID()}`;
    writeFileSync(draft, `${JSON.stringify(anchor)}\n`, { flag: 'wx', mode: 0o600, flush: true });
    renameSync(draft, path);
  }

  #read(name: string): Anchor | null {
    try {
      return parsed(readFileSync(join(this.directory, name), 'utf8'));
    } catch {
      return null;
    }
  }
}
