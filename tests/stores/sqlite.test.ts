// The store in a SQLite file: who may read it, its bounds, several processes, and processes that are killed.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, mock, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { HeadroomConfigError } from 'headroom-js';
import { sqliteStore, type SqliteStoreOptions } from 'headroom-js/stores/sqlite';
import { inFolder, skipSqlite } from './helpers/sqlite.ts';

const writer = fileURLToPath(new URL('helpers/writer.mjs', import.meta.url));
const bytes = (length: number, fill = 1) => new Uint8Array(length).fill(fill);
const day = 24 * 60 * 60 * 1000;

/** The database by itself. */
function raw(path: string) {
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
  return new DatabaseSync(path);
}

test('without node:sqlite the error says what to do', () => {
  const absent = mock.method(process, 'getBuiltinModule', () => undefined);
  try {
    const isClear = (error: unknown) => HeadroomConfigError.isInstance(error) && /Node has from 22\.13 on.*does not/.test(error.message);
    assert.throws(() => sqliteStore({ path: 'never-made.db' }), isClear);
    assert.ok(!existsSync('never-made.db'));
  } finally {
    absent.mock.restore();
  }
});

describe('sqliteStore', { skip: skipSqlite }, () => {
  test('keeps entries by scope and name, over a restart', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'a.db');
      const scopes = ['', 'a', 'A', 'a ', '1:a', 'a\u0000b', '\ud800', '\ud801', 'x'.repeat(9999)];
      const first = sqliteStore({ path });
      for (const [at, scope] of scopes.entries()) await first.put(scope, [{ id: 'id', value: bytes(at, at) }]);
      await first.put('a', [{ id: 'id', value: bytes(2, 9) }, { id: 'other', value: bytes(0) }]);
      first.close?.();
      const second = sqliteStore({ path });
      for (const [at, scope] of scopes.entries()) assert.deepEqual(await second.get(scope, 'id'), scope === 'a' ? bytes(2, 9) : bytes(at, at));
      assert.deepEqual(await second.get('a', 'other'), bytes(0));
      assert.equal(await second.get('b', 'id'), undefined);
      assert.equal(await second.get('a', 'ID'), undefined);
      await second.delete?.('a');
      assert.equal(await second.get('a', 'other'), undefined);
      assert.deepEqual(await second.get('A', 'id'), bytes(2, 2));
      second.close?.();
    }));

  test('is for its user alone', { skip: process.platform === 'win32' }, () =>
    inFolder(async (folder) => {
      const store = sqliteStore({ path: join(folder, 'made/for/it/a.db') });
      await store.put('tenant', [{ id: 'id', value: bytes(10) }]);
      const mode = (...path: string[]) => (statSync(join(folder, 'made', ...path)).mode & 0o777).toString(8);
      for (const made of [[], ['for'], ['for/it']]) assert.equal(mode(...made), '700');
      const files = readdirSync(join(folder, 'made/for/it')).sort();
      assert.deepEqual(files, ['a.db', 'a.db-shm', 'a.db-wal']);
      for (const file of files) assert.equal(mode('for/it', file), '600');
      const [row] = raw(join(folder, 'made/for/it/a.db')).prepare('SELECT scope FROM entries').all();
      assert.match(String(row?.['scope']), /^[0-9a-f]{32}$/, 'the name of a scope does not stand in it');
      store.close?.();
    }));

  test('stays within its bytes and forgets what was used least recently', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'a.db');
      mock.timers.enable({ apis: ['Date'], now: Date.now() });
      try {
        const maxBytes = 1024 * 1024;
        const store = sqliteStore({ path, maxBytes });
        for (let at = 0; at < 300; at++) {
          await store.put('s', [{ id: String(at), value: bytes(10_000) }]);
          mock.timers.tick(61_000);
          assert.ok(await store.get('s', '0'), 'what is used stays');
          assert.ok((await store.size?.())! <= maxBytes);
        }
        assert.ok(await store.get('s', '299'));
        assert.ok(await store.get('s', '220'));
        assert.equal(await store.get('s', '1'), undefined);
        assert.ok((await store.size?.())! > maxBytes / 2);
        assert.ok(statSync(path).size < maxBytes * 1.1);
        await assert.rejects(store.put('s', [{ id: 'huge', value: bytes(maxBytes) }, { id: 'small', value: bytes(1) }]), /too large/);
        assert.equal(await store.get('s', 'huge'), undefined);
        for (const id of ['small', '299']) assert.ok(await store.get('s', id), 'what is too large drives nothing out');
        store.close?.();
        const smaller = sqliteStore({ path, maxBytes: 1024 * 1024 });
        await smaller.delete?.('s');
        assert.ok((await smaller.size?.())! < 100_000);
        smaller.close?.();
      } finally {
        mock.timers.reset();
      }
    }));

  test('forgets what nobody asks for, and being asked for renews', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'a.db');
      mock.timers.enable({ apis: ['Date'], now: Date.now() });
      try {
        const store = sqliteStore({ path });
        await store.put('s', [{ id: 'used', value: bytes(1) }, { id: 'idle', value: bytes(1) }]);
        for (let week = 0; week < 3; week++) {
          mock.timers.tick(6 * day);
          assert.ok(await store.get('s', 'used'));
        }
        assert.equal(await store.get('s', 'idle'), undefined);
        const count = () => raw(path).prepare('SELECT count(*) AS n FROM entries').get()?.['n'];
        assert.equal(count(), 2);
        await store.put('s', [{ id: 'new', value: bytes(1) }]);
        assert.equal(count(), 2, 'the next put makes room');
        store.close?.();
        const brief = sqliteStore({ path: join(folder, 'b.db'), idleDays: 1 });
        await brief.put('s', [{ id: 'x', value: bytes(1) }]);
        mock.timers.tick(day + 1);
        assert.equal(await brief.get('s', 'x'), undefined);
        brief.close?.();
      } finally {
        mock.timers.reset();
      }
    }));

  test('may be used by several processes at once, from the first moment on', () =>
    inFolder(async (folder) => {
      const path = join(folder, 'shared.db');
      const names = ['a', 'b', 'c', 'd'];
      await Promise.all(names.map((name) => promisify(execFile)(process.execPath, [writer, path, name, '25', '2000'])));
      const store = sqliteStore({ path });
      for (const name of names) {
        for (let batch = 0; batch < 25; batch++) assert.deepEqual(await store.get('scope', `${name}-${batch}-2`), bytes(2000, batch + 2));
      }
      store.close?.();
    }));

  test('survives kill -9 in the middle of a write', { skip: process.platform === 'win32' }, () =>
    inFolder(async (folder) => {
      const path = join(folder, 'killed.db');
      for (let round = 1; round <= 5; round++) {
        const child = spawn(process.execPath, [writer, path, `r${round}`, '100000', '300000'], { stdio: ['ignore', 'pipe', 'inherit'] });
        let last = -1;
        for await (const line of createInterface(child.stdout)) {
          last = Number(line);
          // It is at work on the batch after the one it has told of.
          if (last === 2 * round) child.kill('SIGKILL');
        }
        if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
        assert.equal(child.signalCode, 'SIGKILL');
        assert.deepEqual(raw(path).prepare('PRAGMA integrity_check').all().map((row) => ({ ...row })), [{ integrity_check: 'ok' }]);
        const store = sqliteStore({ path });
        for (let batch = 0; batch <= last + 1; batch++) {
          const found = await Promise.all([0, 1, 2].map((at) => store.get('scope', `r${round}-${batch}-${at}`)));
          const whole = found.every((value, at) => value && Buffer.compare(value, bytes(300_000, batch + at)) === 0);
          // What was told is there; what was under way is there as a whole or not at all.
          assert.ok(whole || (batch > last && found.every((value) => value === undefined)), `round ${round}, batch ${batch} of ${last}`);
        }
        await store.put('scope', [{ id: `after-${round}`, value: bytes(1) }]);
        store.close?.();
      }
    }));

  test('says what is wrong with its options or its file', () =>
    inFolder((folder) => {
      const path = join(folder, 'a.db');
      const wrong: [options: unknown, message: RegExp][] = [
        [undefined, /path/],
        [{}, /path/],
        [{ path: '' }, /path/],
        [{ path, maxBytes: 1000 }, /maxBytes/],
        [{ path, maxBytes: '1 GB' }, /maxBytes/],
        [{ path, idleDays: 0 }, /idleDays/],
        [{ path, idleDays: Number.NaN }, /idleDays/],
        [{ path: folder }, /cannot open/],
      ];
      writeFileSync(join(folder, 'text.db'), 'this is no database, and it is long enough to be seen as one'.repeat(100));
      wrong.push([{ path: join(folder, 'text.db') }, /cannot open .*not a database/]);
      mkdirSync(join(folder, 'file'));
      writeFileSync(join(folder, 'file/x'), '');
      wrong.push([{ path: join(folder, 'file/x/a.db') }, /cannot open/]);
      const foreign = raw(join(folder, 'foreign.db'));
      foreign.exec('CREATE TABLE theirs (x)');
      wrong.push([{ path: join(folder, 'foreign.db') }, /another application/]);
      sqliteStore({ path: join(folder, 'later.db') }).close?.();
      raw(join(folder, 'later.db')).exec('PRAGMA user_version = 99');
      wrong.push([{ path: join(folder, 'later.db') }, /another version/]);
      for (const [options, message] of wrong) {
        assert.throws(() => sqliteStore(options as SqliteStoreOptions), (error: unknown) => HeadroomConfigError.isInstance(error) && message.test(error.message));
      }
      assert.equal(foreign.prepare('PRAGMA journal_mode').get()?.['journal_mode'], 'delete', 'what is not ours is left as it is');
      foreign.close();
    }));
});
