// Databases of the tests, and whether this Node has SQLite.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Why tests with SQLite are skipped; `false` where they run. */
export const skipSqlite: string | false = process.getBuiltinModule('node:sqlite') ? false : 'this Node has no node:sqlite';

/** A folder that is there while `work` runs. */
export async function inFolder<Result>(work: (folder: string) => Result | Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-sqlite-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
