// Law 10: two tenants share a store and a secret, and neither reads what is the other's, in 10,000 attempts a store.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { join } from 'node:path';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { MemoryStore, type Store } from 'headroom-js';
import { kvStore } from 'headroom-js/stores/cloudflare-kv';
import { redisStore } from 'headroom-js/stores/redis';
import { sqliteStore } from 'headroom-js/stores/sqlite';
import { inside } from '../../npm/headroom/dist/engine.js';
import { unknownHandle } from '../../npm/headroom/dist/retrieval.js';
import { sha256 } from '../../npm/headroom/dist/sha256.js';
import { engineForTests, lines } from '../../npm/headroom/test/helpers/engine.ts';
import { MemoryNamespace, withNamespace } from './helpers/kv.ts';
import { RedisServer, skipRedis } from './helpers/redis.ts';
import { skipSqlite } from './helpers/sqlite.ts';

const attempts = 10_000;
/** workerd answers some hundred questions a second. */
const attemptsInWorkerd = process.env['HEADROOM_SLOW'] ? attempts : 300;
const owner = 'tenant-1';

/** Scopes that somebody who may choose one would try. */
const scopes = [
  '', 'tenant', 'tenant-', 'tenant-1 ', ' tenant-1', 'Tenant-1', 'TENANT-1', 'tenant-1\u0000', '\u0000tenant-1', 'tenant-10', 'tenant-2', 'tenant-%', 'tenant-_', 'tenant-?',
  '*', '%', 'tenant-*', 'tenant-[1]', '../tenant-1', 'tenant-2/../tenant-1', 'tenant-1/', '8:tenant-1', 'tenant-1:', 'headroom:tenant-1', '"tenant-1"', "' OR scope = 'tenant-1",
  'tenant\u20101', 'tenant-\u0661', '\ufefftenant-1', '__proto__', 'undefined', 'null', sha256(JSON.stringify(owner)), sha256(JSON.stringify(owner)).slice(0, 32),
];

/** Names under which somebody who knows one would try to get at it from another scope. */
function namesFor(id: string): string[] {
  const stored = sha256(JSON.stringify(owner)).slice(0, 32);
  return [
    id, id.toUpperCase(), ` ${id}`, `${id}\n`, `${owner}:${id}`, `${owner}/${id}`, `../${owner}/${id}`, `${stored}:${id}`, `:${stored}:${id}`, `headroom:${stored}:${id}`,
    `${id}*`, '*', '%', `${id}' OR '1'='1`, `8:${owner}${id}`, `turn_${id}`, 'turn_1', `turn_1\u0000`, '', 'hr_0000000000000000',
  ];
}

/** Both tenants use `store`; then the one tries to read what the other has. */
async function tryToReadAcross(store: Store, count: number): Promise<void> {
  const config = { secret: 'a secret', store };
  const engine = engineForTests({ ...config, scope: owner });
  const other = engineForTests({ ...config, scope: 'tenant-2' });
  const messagesAbout = (what: string) => Array.from({ length: 8 }, (_, at) => ({ role: 'tool', tool_call_id: 'c', content: lines(30, `${what} ${at}`) }));
  const handles = (await engine.compress(messagesAbout('secret'))).blocks.map(({ handle }) => handle!);
  const own = (await other.compress(messagesAbout('other'))).blocks.map(({ handle }) => handle!);
  await engine[inside].turnRecords.keep(owner, '1', new TextEncoder().encode('a hidden round'));
  assert.equal(handles.length, 8);

  const tries: (() => Promise<void>)[] = [];
  for (const handle of handles) {
    for (const name of namesFor(handle)) {
      for (const scope of scopes) {
        tries.push(async () => assert.deepEqual(await other.retrieve(name, { scope }), unknownHandle));
        tries.push(async () => assert.equal(await store.get(scope, name).catch(() => undefined), undefined));
      }
      tries.push(async () => assert.deepEqual(await other.retrieve(name), unknownHandle));
      tries.push(async () => assert.equal(await other[inside].turnRecords.find('tenant-2', name), undefined));
    }
  }
  assert.ok(tries.length >= attempts);
  const chosen = tries.filter((_, at) => at % Math.floor(tries.length / count) === 0);
  for (let from = 0; from < chosen.length; from += 500) await Promise.all(chosen.slice(from, from + 500).map((attempt) => attempt()));

  for (const id of handles) assert.equal((await engineForTests({ ...config, scope: owner }).retrieve(id)).found, true);
  for (const id of own) assert.equal((await engineForTests(config).retrieve(id, { scope: 'tenant-2' })).found, true);
  assert.ok(await engineForTests(config)[inside].turnRecords.find(owner, '1'));
}

describe('two tenants in one store', () => {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-scopes-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('of an application', async () => {
    const held = new Map<string, Uint8Array>();
    const name = (...place: string[]) => JSON.stringify(place);
    await tryToReadAcross(
      {
        get: async (scope, id) => held.get(name(scope, id)),
        put: async (scope, entries) => entries.forEach(({ id, value }) => held.set(name(scope, id), value)),
      },
      attempts,
    );
  });

  test('in memory', () => tryToReadAcross(new MemoryStore(), attempts));

  test('in SQLite', { skip: skipSqlite }, async () => {
    const store = sqliteStore({ path: join(folder, 'a.db') });
    await tryToReadAcross(store, attempts);
    store.close?.();
  });

  test('in Workers KV', async () => {
    await tryToReadAcross(kvStore({ namespace: new MemoryNamespace() }), attempts);
    await withNamespace((namespace) => tryToReadAcross(kvStore({ namespace }), attemptsInWorkerd));
  });

  describe('in Redis', { skip: skipRedis }, () => {
    const server = new RedisServer();
    before(() => server.start());
    after(() => server.remove());
    test('of one server', async () => tryToReadAcross(redisStore({ client: await server.client() }), attempts));
  });
});
