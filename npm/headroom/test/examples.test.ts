// The examples run as they are, and the model in them gets what it asks for.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const run = (file: string) => execFileSync(process.execPath, [fileURLToPath(new URL(`../../../examples/${file}`, import.meta.url))], { encoding: 'utf8' });

test('ai-sdk-agent.mjs', () => {
  const output = run('ai-sdk-agent.mjs');
  assert.match(output, /the application gets +I need one row that was left out\. Order 200 cost 199\.50 EUR/);
  assert.match(output, /the application gets +Let me search\. .*12490\.00 EUR/);
  assert.equal(output.match(/tool calls it sees +listOrders \(3 calls/g)?.length, 2);
});

test('demo.mjs', () => {
  const output = run('demo.mjs');
  for (const file of ['orders.json', 'requests.ndjson', 'npm-ls.json', 'cargo-metadata.json', 'service.log', 'test-run.txt', 'search.txt', 'change.diff', 'tides.csv']) assert.match(output, new RegExp(`${file}: "`));
  assert.match(output, /rows left out/);
});

for (const name of ['openai', 'anthropic', 'gemini', 'fetch']) {
  test(`${name}-agent.mjs`, () => {
    const output = run(`${name}-agent.mjs`);
    assert.match(output, /the application gets +I need one row that was left out\. Order 200 cost 199\.50 EUR/);
    assert.deepEqual(output.match(/the application runs +\S+/g)?.length, 1);
    assert.match(output, /in 2 requests +\d+ of \d+ tokens saved, after 1 retrieval/);
  });
}
