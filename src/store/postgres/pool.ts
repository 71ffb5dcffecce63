import type {
  ClientConfig,
  Pool,
  PoolClient,
  PoolConfig,
  QueryConfig,
  QueryResult,
  QueryResultRow,
  types as driverTypes,
} from 'pg';
import { explainPostgres, isUncertainNotice, UncertainCommit, type Veil } from './postgresErrors.ts';

/** Where a database is and how it is spoken to; whoever makes this has read files and secrets. */
export interface DatabaseAccess {
  readonly config: Pick<ClientConfig, 'host' | 'port' | 'database' | 'user' | 'password' | 'ssl'>;
  /** How the database is named in sentences: host and database, no secret. */
  readonly place: string;
  /** Takes secrets out of what the driver or the server says. */
  readonly veil: Veil;
  /** How long an answer is awaited before the connection is given up. @unit ms */
  readonly answerTimeoutMs?: number;
}

/** @limit What one statement may take on the server. @unit ms */
const statementTimeoutMs = 10_000;
/** @limit Longer than a statement may take. @unit ms */
const answerTimeoutMs = 15_000;
/** @limit How long a connection may take to be made. @unit ms */
const connectTimeoutMs = 5_000;

/** Connections for appends, for reading, and one that leases are renewed over, whatever the others wait for. */
const connections = { appends: 2, reads: 4, leases: 1 } as const;

/** What a connection is for. */
export type ConnectionUse = keyof typeof connections;

/**
 * What is acknowledged is flushed, here and at the standby that the server waits for, whatever server, database or role are set to. Asked of each
 * connection rather than told when it is made, because pgbouncer passes no such word on; one that asks for more keeps it.
 */
const flushFirst =
  "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') NOT IN ('on', 'remote_apply')";

const int8 = 20;

/** Rows as this store reads them: a bigint is a number, for no position or epoch is ever larger than those. */
const types = (builtin: typeof driverTypes): NonNullable<ClientConfig['types']> => ({
  getTypeParser: ((oid: number, format: 'text') =>
    oid === int8 && format !== ('binary' as string)
      ? Number
      : builtin.getTypeParser(oid, format)) as typeof builtin.getTypeParser,
});

/** One statement, prepared under its name on each connection. */
export interface SqlStatement {
  readonly name?: string;
  readonly text: string;
}

/** Asks a database, over connections that are made when they are needed. */
export class Connections {
  readonly place: string;
  readonly #pools: Record<ConnectionUse, Pool>;
  readonly #veil: Veil;

  private constructor(pools: Record<ConnectionUse, Pool>, { place, veil }: DatabaseAccess) {
    this.#pools = pools;
    this.place = place;
    this.#veil = veil;
  }

  /** Reads the driver, which nobody needs who keeps no log in PostgreSQL. Connects to nothing yet. */
  static async to(access: DatabaseAccess): Promise<Connections> {
    const { default: pg } = await import('pg');
    const shared: PoolConfig = {
      ...access.config,
      application_name: 'ven',
      types: types(pg.types),
      keepAlive: true,
      allowExitOnIdle: true,
      connectionTimeoutMillis: connectTimeoutMs,
      idleTimeoutMillis: 30_000,
      statement_timeout: statementTimeoutMs,
      query_timeout: access.answerTimeoutMs ?? answerTimeoutMs,
      idle_in_transaction_session_timeout: 5_000,
      onConnect: (client) => client.query(flushFirst).then(() => undefined),
    };
    const pool = (use: ConnectionUse): Pool => {
      const made = new pg.Pool({ ...shared, max: connections[use] });
      made.on('error', () => undefined); // a connection that dies idle is replaced when one is needed
      return made;
    };
    return new Connections({ appends: pool('appends'), reads: pool('reads'), leases: pool('leases') }, access);
  }

  /** Rows of one statement. @throws LogError */
  async rows<Row extends QueryResultRow>(
    statement: SqlStatement | string,
    values: readonly unknown[] = [],
    use: ConnectionUse = 'reads',
  ): Promise<readonly Row[]> {
    try {
      return (await this.#with(use, (client) => ask<Row>(client, statement, values))).rows;
    } catch (error) {
      throw this.explained(error);
    }
  }

  /**
   * Rows of one statement that changes something; what is thrown is what the driver threw, for whoever must find out what became of it.
   * @throws UncertainCommit when the server did not wait for its standby
   */
  async change<Row extends QueryResultRow>(
    statement: SqlStatement,
    values: readonly unknown[],
  ): Promise<readonly Row[]> {
    return this.#with('appends', async (client) => {
      let isUncertain = false;
      const heed = (notice: { readonly code?: string | undefined }): void => {
        isUncertain ||= isUncertainNotice(notice);
      };
      client.on('notice', heed);
      try {
        const { rows } = await ask<Row>(client, statement, values);
        if (isUncertain) throw new UncertainCommit();
        return rows;
      } finally {
        client.off('notice', heed);
      }
    });
  }

  /** Does several things in one transaction. @throws LogError */
  async transaction<Result>(
    work: (
      ask: <Row extends QueryResultRow>(text: string, values?: readonly unknown[]) => Promise<readonly Row[]>,
    ) => Promise<Result>,
    { begin = 'BEGIN', use = 'reads' }: { readonly begin?: string; readonly use?: ConnectionUse } = {},
  ): Promise<Result> {
    try {
      return await this.#with(use, async (client) => {
        await client.query(begin);
        const result = await work(
          async <Row extends QueryResultRow>(text: string, values: readonly unknown[] = []) =>
            (await ask<Row>(client, text, values)).rows,
        );
        await client.query('COMMIT');
        return result;
      });
    } catch (error) {
      throw this.explained(error);
    }
  }

  /** What was thrown, in one sentence that says what to do. */
  explained(error: unknown): unknown {
    return explainPostgres(error, this.place, this.#veil);
  }

  async close(): Promise<void> {
    await Promise.all(Object.values(this.#pools).map((pool) => pool.end()));
  }

  /** A connection over which anything went wrong is given up: what it is in the middle of, nobody knows. */
  async #with<Result>(use: ConnectionUse, work: (client: PoolClient) => Promise<Result>): Promise<Result> {
    const client = await this.#pools[use].connect();
    const ignore = (): void => undefined; // its statement is told of it
    client.on('error', ignore);
    let broken = true;
    try {
      const result = await work(client);
      broken = false;
      return result;
    } finally {
      client.off('error', ignore);
      client.release(broken);
    }
  }
}

const ask = <Row extends QueryResultRow>(
  client: PoolClient,
  statement: SqlStatement | string,
  values: readonly unknown[],
): Promise<QueryResult<Row>> => {
  const { name, text } = typeof statement === 'string' ? { text: statement, name: undefined } : statement;
  const config: QueryConfig = { text, values: [...values], ...(name === undefined ? {} : { name }) };
  return client.query<Row>(config);
};
