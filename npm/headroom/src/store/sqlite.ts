/**
 * A store in a file, by the SQLite that Node, Bun and Deno bring along.
 *
 * Owns the file: its schema, its bounds and who may read it. It knows nothing of what the values are.
 *
 * @module
 */
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { HeadroomConfigError } from '../errors.js';
import { requireNumber, requireText } from './options.js';
import { scopeName } from './scope-name.js';
import type { Store, StoreEntry } from './store.js';

/** Options of {@link sqliteStore}. */
export interface SqliteStoreOptions {
  /** The database file. It is made, with its folders, if it is not there. */
  readonly path: string;
  /** Bytes that the file may hold: what was used least recently goes first. 1 GB by default, 1 MB at least. */
  readonly maxBytes?: number;
  /** Days after which an entry that nobody has asked for is forgotten; being asked for renews it. 7 by default. */
  readonly idleDays?: number;
}

/** Tells our files from other applications' (`PRAGMA application_id`): "HRst". */
const applicationId = 0x48527374;
const schemaVersion = 1;

/** Milliseconds for which a write waits for another process's. The store is tried again later, so not for long. */
const busyTimeout = 1_000;
/** How often the file is opened before it counts as busy: the first opening of a file can meet another's. */
const openAttempts = 20;

const second = 1_000;
const minute = 60 * second;
const day = 24 * 60 * minute;

const schema = `
  CREATE TABLE entries (
    scope TEXT NOT NULL,
    id TEXT NOT NULL,
    used INTEGER NOT NULL,
    value BLOB NOT NULL,
    UNIQUE (scope, id)
  ) STRICT;
  CREATE INDEX entries_by_use ON entries (used);
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${schemaVersion};
`;

/**
 * A store in a SQLite file, for one machine: it survives restarts, and several processes may use it at once. What was
 * put is whole or not there, however a process ends.
 *
 * @example
 * ```ts
 * import { createHeadroom } from 'headroom-js';
 * import { sqliteStore } from 'headroom-js/stores/sqlite';
 *
 * const store = sqliteStore({ path: '/var/lib/agent/headroom.db' });
 * const engine = createHeadroom({ store, secret: process.env.HEADROOM_SECRET });
 * ```
 */
export function sqliteStore(options: SqliteStoreOptions): Store {
  return new SqliteStore(options);
}

class SqliteStore implements Store {
  /** Seconds for which an entry is kept at least, but for want of space. */
  readonly ttl: number;
  readonly #maxBytes: number;
  readonly #database: DatabaseSync;
  readonly #find: StatementSync;
  readonly #touch: StatementSync;
  readonly #insert: StatementSync;
  readonly #dropScope: StatementSync;
  readonly #dropIdle: StatementSync;
  readonly #dropOldest: StatementSync;
  readonly #bytes: StatementSync;
  #idleDropped = 0;

  constructor(options: SqliteStoreOptions) {
    const path = requireText('sqliteStore', 'path', options?.path);
    this.#maxBytes = requireNumber('sqliteStore', 'maxBytes', options.maxBytes ?? 1024 ** 3, 1024 ** 2);
    this.ttl = requireNumber('sqliteStore', 'idleDays', options.idleDays ?? 7, 1 / 24) * (day / second);
    this.#database = open(path);
    const prepare = (sql: string): StatementSync => this.#database.prepare(sql);
    this.#find = prepare('SELECT rowid, used, value FROM entries WHERE scope = ? AND id = ?');
    this.#touch = prepare('UPDATE entries SET used = ? WHERE rowid = ?');
    this.#insert = prepare('INSERT OR REPLACE INTO entries (scope, id, used, value) VALUES (?, ?, ?, ?)');
    this.#dropScope = prepare('DELETE FROM entries WHERE scope = ?');
    this.#dropIdle = prepare('DELETE FROM entries WHERE used < ?');
    this.#dropOldest = prepare('DELETE FROM entries WHERE rowid = (SELECT rowid FROM entries ORDER BY used, rowid LIMIT 1)');
    this.#bytes = prepare(
      'SELECT (page_count - freelist_count) * page_size AS bytes FROM pragma_page_count, pragma_freelist_count, pragma_page_size',
    );
  }

  async get(scope: string, id: string): Promise<Uint8Array | undefined> {
    const row = this.#find.get(scopeName(scope), id);
    if (!row) return undefined;
    const now = Date.now();
    const idle = now - Number(row['used']);
    if (idle > this.ttl * second) return undefined;
    // To the minute is exact enough, and spares most reads a write.
    if (idle > minute) this.#renew(now, row['rowid'] as number);
    return row['value'] as Uint8Array;
  }

  async put(scope: string, entries: readonly StoreEntry[]): Promise<void> {
    const name = scopeName(scope);
    const now = Date.now();
    // What has hardly room alone must not drive out everything else.
    const fitting = entries.filter(({ value }) => value.length <= this.#maxBytes / 2);
    this.#transaction(() => {
      if (now - this.#idleDropped > minute) this.#dropIdle.run(now - this.ttl * second);
      for (const { id, value } of fitting) this.#insert.run(name, id, now, value);
      while (this.size() > this.#maxBytes && this.#dropOldest.run().changes > 0);
    });
    this.#idleDropped = now;
    if (fitting.length < entries.length) throw new RangeError('the value is too large for the maxBytes of this store');
  }

  delete(scope: string): void {
    this.#dropScope.run(scopeName(scope));
  }

  /** Bytes of the file that are in use, indexes included. */
  size(): number {
    return Number(this.#bytes.get()!['bytes']);
  }

  close(): void {
    this.#database.close();
  }

  /** The entry is there, whether or not its use can be noted just now. */
  #renew(now: number, rowid: number): void {
    try {
      this.#touch.run(now, rowid);
    } catch (error) {
      if (!isBusy(error)) throw error;
    }
  }

  /** Some errors have rolled back already. */
  #rollBack(): void {
    try {
      this.#database.exec('ROLLBACK');
    } catch {
      // Then there is nothing to roll back.
    }
  }

  #transaction(work: () => void): void {
    // Immediate, so that what waits for another process waits here and not in the middle.
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#database.exec('COMMIT');
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }
}

/** Opens or makes the database. */
function open(path: string): DatabaseSync {
  const { DatabaseSync } = sqlite();
  try {
    makePrivate(path);
    for (let attempt = 1; ; attempt++) {
      const database = new DatabaseSync(path);
      try {
        prepareFile(database, path);
        return database;
      } catch (error) {
        database.close();
        if (!isBusy(error) || attempt === openAttempts) throw error;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10 * attempt);
      }
    }
  } catch (error) {
    if (HeadroomConfigError.isInstance(error)) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new HeadroomConfigError('store', `sqliteStore cannot open ${path}: ${reason}`, { cause: error });
  }
}

/** Node's module, asked for at run time: an import of it would fail where there is none, with an error that does not help. */
function sqlite(): typeof import('node:sqlite') {
  const module = globalThis.process?.getBuiltinModule?.('node:sqlite');
  if (module) return module;
  const runtime = globalThis.process?.version === undefined ? 'this runtime' : `Node ${process.version}`;
  throw new HeadroomConfigError('store', `sqliteStore needs node:sqlite, which Node has from 22.13 on, and Bun and Deno have; ${runtime} does not`);
}

/** Makes the folder and the file for this user alone. SQLite gives its other files the mode of the first. */
function makePrivate(path: string): void {
  mkdirSync(dirname(resolve(path)), { recursive: true, mode: 0o700 });
  closeSync(openSync(path, 'a', 0o600));
}

function prepareFile(database: DatabaseSync, path: string): void {
  database.exec(`PRAGMA busy_timeout = ${busyTimeout}`);
  const pragma = (name: string): unknown => Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
  const isEmpty = (): boolean => pragma('application_id') === 0 && database.prepare('SELECT 1 FROM sqlite_master').get() === undefined;
  if (pragma('application_id') !== applicationId && !isEmpty()) {
    throw new HeadroomConfigError('store', `sqliteStore: ${path} is a database of another application`);
  }
  if (pragma('journal_mode') !== 'wal') database.exec('PRAGMA journal_mode = WAL');
  // In WAL mode a process may end anywhere; only a loss of power may take the latest entries with it.
  database.exec('PRAGMA synchronous = NORMAL');
  database.exec('BEGIN IMMEDIATE');
  if (isEmpty()) database.exec(schema);
  database.exec('COMMIT');
  if (pragma('user_version') !== schemaVersion) {
    throw new HeadroomConfigError('store', `sqliteStore: ${path} was made by another version of headroom-js; name another file, or delete this one`);
  }
}

/** Whether another process was at work. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && /database (table )?is locked|busy/i.test(error.message);
}
