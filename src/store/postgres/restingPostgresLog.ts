import { LogError } from '../errors.ts';
import type { Head } from '../head.ts';
import { ReadOnlyLog } from '../readOnlyLog.ts';
import { verifyChain } from '../reading.ts';
import { logColumns, takenLog, type LogRow } from './holds.ts';
import { Connections, type DatabaseAccess } from './pool.ts';
import { asOfOneInstant } from './postgresEventLog.ts';
import { postgresView } from './postgresView.ts';

/** A log that is only read, and who acts for its VEN meanwhile. */
export interface LogAndWorker {
  readonly log: ReadOnlyLog;
  /** The worker that has the log now, by the name under which it holds it; null while none does. */
  readonly worker: string | null;
}

/** A command that holds a log does not act for the VEN; neither does a worker that lost its shard. */
const worker = `(SELECT lease.owner FROM ven.shard_lease AS lease
  WHERE lease.shard = log.shard AND lease.owner = log.holder AND lease.until > clock_timestamp() AND log.holder_until IS NULL) AS worker`;

interface RestingRow extends LogRow {
  readonly worker: string | null;
}

/** A log in a database that is only read, whoever holds it meanwhile: nothing is locked or waited for. */
class RestingPostgresLog extends ReadOnlyLog {
  readonly #connections: Connections;
  readonly #venID: string;

  constructor(connections: Connections, row: LogRow) {
    const { venID, head, base } = takenLog(row);
    const view = postgresView((text, values) => connections.rows(text, values), venID);
    super({ view, head, base, close: () => connections.close() });
    this.#connections = connections;
    this.#venID = venID;
  }

  /** All of it as of one instant: a compaction meanwhile would look like a gap that nobody sealed. */
  override verify(from = 0): Promise<Head> {
    return asOfOneInstant(this.#connections, this.#venID, (view) => verifyChain(view, from, this.head));
  }
}

/** Opens the log of one VEN for those who only read; a role that may read is enough. @throws LogError `missing` or `io` */
export const openRestingPostgresLog = async (access: DatabaseAccess, venID: string): Promise<LogAndWorker> => {
  const connections = await Connections.to(access);
  try {
    const [row] = await connections.rows<RestingRow>(
      `SELECT ${logColumns}, ${worker} FROM ven.log AS log WHERE ven_id = $1`,
      [venID],
    );
    if (row === undefined)
      throw new LogError('missing', `There is no log of VEN ${venID} at ${access.place}: name another with --ven.`);
    return { log: new RestingPostgresLog(connections, row), worker: row.worker };
  } catch (error) {
    await connections.close();
    throw error;
  }
};
