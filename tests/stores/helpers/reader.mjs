// Another process: reads handles from its input and says the digest of what each gives back.
// Arguments: the kind of store, where it is, the secret, the scope.
import { createHash } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { createHeadroom } from 'headroom-js';

const [kind, place, secret, scope] = process.argv.slice(2);

async function open() {
  if (kind === 'sqlite') return (await import('headroom-js/stores/sqlite')).sqliteStore({ path: place });
  const client = await (await import('redis')).createClient({ socket: { path: place } }).connect();
  const { redisStore } = await import('headroom-js/stores/redis');
  return Object.assign(redisStore({ client }), { close: () => client.close() });
}

const store = await open();
const engine = createHeadroom({ store, secret, scope, maxRetrievalTokens: 100_000_000 });
for (const id of (await text(process.stdin)).trim().split('\n')) {
  const answer = await engine.retrieve(id);
  // The first line says what part it is: all of it.
  const original = answer.text.slice(answer.text.indexOf('\n') + 1);
  console.log(id, answer.found, createHash('sha256').update(original).digest('hex'));
}
await store.close();
