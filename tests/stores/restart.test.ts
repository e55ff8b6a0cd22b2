// Every omission made over a corpus comes back byte for byte: after a restart, and in another process. The corpus is the
// one beside the repository where there is one, else the repository's own files.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createHeadroom, type HeadroomConfig, type Store } from 'headroom-js';
import { redisStore } from 'headroom-js/stores/redis';
import { sqliteStore } from 'headroom-js/stores/sqlite';
import { RedisServer, skipRedis } from './helpers/redis.ts';
import { skipSqlite } from './helpers/sqlite.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const reader = fileURLToPath(new URL('helpers/reader.mjs', import.meta.url));
const corpus = join(root, '../shared/corpus');

interface Message {
  readonly role: string;
  readonly content?: string | null;
}

const conversations: readonly (readonly Message[])[] = existsSync(corpus)
  ? readdirSync(corpus).filter((name) => name.endsWith('.json')).flatMap((name) => casesIn(join(corpus, name)))
  : ['examples/data', 'docs', 'npm/headroom/src', 'crates/headroom-core/src/pipeline', 'tests/corpus/texts', '.'].flatMap((folder) => filesIn(join(root, folder)));

function casesIn(path: string): Message[][] {
  return (JSON.parse(readFileSync(path, 'utf8')) as { messages: Message[] }[]).map(({ messages }) => messages);
}

function filesIn(folder: string): Message[][] {
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map(({ name }) => [
    { role: 'user', content: `What is in ${name}?` },
    { role: 'tool', content: readFileSync(join(folder, name), 'utf8') },
  ]);
}

/** Leaves out what it can; outlines of code where there are grammars, whose WebAssembly is not always built. */
const secret = 'the same for all instances';
const scope = 'tenant-1';
const code = process.env['HEADROOM_FORCE_WASM'] !== '1';
const lossy: HeadroomConfig = { secret, scope, code, maxBlockTokens: 500, compressUserMessages: true };
/** One page holds an original as a whole: its answer is one line that says so, and the original. */
const wholePages: HeadroomConfig = { secret, scope, maxRetrievalTokens: 100_000_000 };

/** Compresses the corpus, or each so-manieth of its conversations, over `store`; the digests of the originals that stand behind its handles. */
async function compressCorpus(store: Store, config: HeadroomConfig = {}, every = 1): Promise<Map<string, string>> {
  const engine = createHeadroom({ ...lossy, ...config, store });
  const digests = new Map<string, string>();
  for (const messages of conversations.filter((_, at) => at % every === 0)) {
    const { blocks, warnings } = await engine.compress(messages, { format: 'openai' });
    assert.ok(!/store/.test(warnings.join()), warnings.join());
    for (const { message, handle } of blocks) if (handle) digests.set(handle, digestOf(messages[message]!.content!));
  }
  assert.ok(digests.size * every > 20, `${digests.size} omissions`);
  return digests;
}

/** A new engine, as after a restart, gives back every original. */
async function giveBack(store: Store, digests: ReadonlyMap<string, string>, config: HeadroomConfig = {}): Promise<void> {
  const engine = createHeadroom({ ...wholePages, ...config, store });
  for (const [id, digest] of digests) {
    const { text, found } = await engine.retrieve(id);
    assert.equal(found, true, id);
    assert.equal(digestOf(text.slice(text.indexOf('\n') + 1)), digest, id);
  }
}

/** Another process gives back every original. */
async function giveBackElsewhere(kind: string, place: string, digests: ReadonlyMap<string, string>): Promise<void> {
  const child = spawn(process.execPath, [reader, kind, place, secret, scope], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end([...digests.keys()].join('\n'));
  const expected = [...digests].map(([id, digest]) => `${id} true ${digest}\n`).join('');
  assert.equal(await text(child.stdout), expected);
}

function digestOf(original: string): string {
  return createHash('sha256').update(original).digest('hex');
}

/** One store of several, so that the corpus is compressed only once. */
function all(stores: readonly Store[]): Store {
  return {
    get: () => assert.fail('nothing is asked for'),
    put: async (scope, entries) => void (await Promise.all(stores.map((store) => store.put(scope, entries)))),
  };
}

describe('every omission comes back', () => {
  const server = new RedisServer();
  const folder = mkdtempSync(join(tmpdir(), 'headroom-restart-'));
  const path = join(folder, 'originals.db');
  let digests: ReadonlyMap<string, string>;

  before(async () => {
    if (!skipRedis) await server.start();
    const sqlite = skipSqlite ? [] : [sqliteStore({ path })];
    const redis = skipRedis ? [] : [redisStore({ client: await server.client() })];
    digests = await compressCorpus(all([...sqlite, ...redis]));
    sqlite[0]?.close?.();
  });

  after(async () => {
    await server.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  test('from SQLite after a restart', { skip: skipSqlite }, async () => {
    const store = sqliteStore({ path });
    await giveBack(store, digests);
    store.close?.();
  });

  test('from SQLite in another process', { skip: skipSqlite }, () => giveBackElsewhere('sqlite', path, digests));

  test('from Redis in another process', { skip: skipRedis }, () => giveBackElsewhere('redis', server.socket, digests));

  test('from Redis after a restart of the engine and of the server', { skip: skipRedis }, async () => {
    await server.stop();
    await server.start();
    await giveBack(redisStore({ client: await server.client() }), digests);
  });

  test('encrypted', { skip: skipRedis }, async () => {
    const config = { encryptionKey: new Uint8Array(32).fill(7) };
    const store = redisStore({ client: await server.client(), prefix: 'encrypted:' });
    await giveBack(store, await compressCorpus(store, config, 8), config);
  });
});
