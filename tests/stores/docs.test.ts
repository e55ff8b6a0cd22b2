// The programs of docs/stores.md run, and the engines they make keep and give back.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { RedisServer, skipRedis } from './helpers/redis.ts';
import { skipSqlite } from './helpers/sqlite.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const page = readFileSync(join(root, 'docs/stores.md'), 'utf8');
const programs = [...page.matchAll(/^```js\n([^]*?)^```$/gm)].map((match) => match[1]!);

/** What is done with the engine of a program that makes one. */
const useEngine = `
import { use } from '${new URL('helpers/use-engine.mjs', import.meta.url).href}';
await use(engine);
await store.close?.();
`;

/** What is done with a program that is a worker. */
const visitWorker = `
import worker from './program.mjs';
import { namespace, visit } from '${new URL('helpers/use-engine.mjs', import.meta.url).href}';
await visit(worker, { HEADROOM: namespace(), HEADROOM_SECRET: 'secret' });
`;

describe('docs/stores.md', () => {
  // Inside the repository, so that the programs find the packages.
  const folder = mkdtempSync(join(root, 'tests/stores/run-'));
  const data = mkdtempSync(join(tmpdir(), 'headroom-docs-'));
  const server = new RedisServer();
  before(() => (skipRedis ? undefined : server.start()));
  after(async () => {
    await server.remove();
    for (const made of [folder, data]) rmSync(made, { recursive: true, force: true });
  });

  test('shows a program for each store', () => assert.equal(programs.length, 4));

  for (const [index, program] of programs.entries()) {
    const [, name] = /from '(headroom-js\/\S+)'/.exec(program) ?? [undefined, 'a store of your own'];
    const skip = (program.includes('/sqlite') && skipSqlite) || (program.includes('/redis') && skipRedis);
    test(name!, { skip }, async () => {
      const place = mkdtempSync(join(folder, `${index}-`));
      const local = program.replaceAll('/var/lib/agent', data).replace('url: process.env.REDIS_URL', `socket: { path: ${JSON.stringify(server.socket)} }`);
      const isWorker = local.includes('export default');
      const end = local.includes('createClient') ? `${useEngine}client.destroy();\n` : useEngine;
      writeFileSync(join(place, 'program.mjs'), isWorker ? local : local + end);
      writeFileSync(join(place, 'visit.mjs'), isWorker ? visitWorker : "import './program.mjs';\n");
      const env = { ...process.env, HEADROOM_SECRET: 'secret', HEADROOM_KEY: Buffer.alloc(32, 1).toString('base64') };
      const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--disable-warning=ExperimentalWarning', join(place, 'visit.mjs')], { env });
      assert.equal(stdout + stderr, '');
    });
  }
});
