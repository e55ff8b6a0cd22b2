// What the programs of the documentation are put to: something is left out, and comes back.
import assert from 'node:assert/strict';

/** A conversation of which half is left out. */
const conversation = [
  { role: 'user', content: 'Which of them failed?' },
  { role: 'tool', tool_call_id: 'call_1', content: JSON.stringify(Array.from({ length: 2000 }, (_, at) => ({ id: at, weight: (at * 7919) % 1009, state: at % 90 === 7 ? 'failed' : 'ok' }))) },
];

/** Compresses with `engine` and asks for what was left out. */
export async function use(engine) {
  const { blocks, warnings } = await engine.compress(conversation, { model: 'gpt-4o' });
  assert.deepEqual(warnings, []);
  assert.equal((await engine.retrieve(blocks[0].handle, { rows: '200' })).found, true);
  assert.equal((await engine.retrieve(blocks[0].handle, { scope: 'another' })).found, false);
}

/** Sends the conversation to a worker. */
export async function visit(worker, env) {
  const body = JSON.stringify({ tenant: 'tenant-7', messages: conversation });
  const response = await worker.fetch(new Request('https://example.org', { method: 'POST', body }), env);
  const { blocks, warnings } = await response.json();
  assert.deepEqual(warnings, []);
  const [key, ...others] = env.HEADROOM.keys();
  assert.ok(key.endsWith(blocks[0].handle));
  assert.deepEqual(others, []);
}

/** A namespace of Workers KV. */
export function namespace() {
  const held = new Map();
  return {
    get: async (key) => held.get(key) ?? null,
    put: async (key, value) => void held.set(key, value.slice().buffer),
    list: async () => ({ keys: [...held.keys()].map((name) => ({ name })), list_complete: true }),
    delete: async (key) => void held.delete(key),
    keys: () => [...held.keys()],
  };
}
