// The ledger: every way into an engine adds to it, and it stays net.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Report } from '../dist/report.js';
import { engineForTests, handleIn, lines } from './helpers/engine.ts';

const conversation = [
  { role: 'user', content: 'What is on the list?' },
  { role: 'assistant', content: null, tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'list', arguments: '{}' } }] },
  { role: 'tool', tool_call_id: 'call_1', content: lines(60) },
];

/** What the reports of an engine add up to. */
function sums(reports: readonly Report[]) {
  const sum = (read: (report: Report) => number) => reports.reduce((total, report) => total + read(report), 0);
  return {
    requests: reports.length,
    tokensBefore: sum(({ tokensBefore }) => tokensBefore),
    tokensAfter: sum(({ tokensAfter }) => tokensAfter),
    toolTokens: sum(({ toolTokens }) => toolTokens),
    tokensSaved: sum(({ tokensSaved }) => tokensSaved),
  };
}

test('a new engine has saved nothing', () => {
  const { usage, ...stats } = engineForTests().stats();
  assert.deepEqual(stats, { requests: 0, tokensBefore: 0, tokensAfter: 0, toolTokens: 0, retrievals: 0, retrievedTokens: 0, tokensSaved: 0, kinds: {}, methods: {} });
  assert.equal(usage.cachedShare, 0);
});

test('compress(), compressSync() and compressBody() add to it, by kind and by method', async () => {
  const reports: Report[] = [];
  const engine = engineForTests({ onReport: (report) => reports.push(report) });
  await engine.compress(conversation);
  engine.compressSync(conversation);
  const tools = [{ type: 'function', function: { name: 'list', parameters: { type: 'object' } } }];
  const body = new TextEncoder().encode(JSON.stringify({ model: 'gpt-4o', messages: conversation, tools }));
  await engine.compressBody(body, { format: 'openai' });
  const { usage, kinds, methods, retrievals, retrievedTokens, ...stats } = engine.stats();
  assert.deepEqual(stats, sums(reports));
  assert.ok(stats.tokensSaved > 0 && stats.toolTokens > 0);
  assert.equal(kinds['text']?.blocks, 3);
  assert.deepEqual(methods['head-and-tail'], kinds['text']);
  assert.deepEqual([usage.answers, retrievals, retrievedTokens], [0, 0, 0]);
});

test('what is retrieved is a cost; what is not there is none', async () => {
  const engine = engineForTests();
  const { messages } = await engine.compress(conversation);
  const id = handleIn(JSON.stringify(messages));
  const before = engine.stats();
  const { text } = await engine.retrieve(id, { lines: '10-20' });
  const cost = engine.countTokens(text);
  await engine.retrieve('hr_0000000000000000');
  const after = engine.stats();
  assert.deepEqual([after.retrievals, after.retrievedTokens], [1, cost]);
  assert.equal(after.tokensSaved, before.tokensSaved - cost);
  assert.equal(after.tokensSaved, after.tokensBefore - after.tokensAfter - after.toolTokens);
  await engine.handleToolCall({ id: 'call_2', type: 'function' as const, function: { name: 'headroom_retrieve', arguments: JSON.stringify({ id }) } });
  assert.equal(engine.stats().retrievals, 2);
});

test('what was handed out is a copy', async () => {
  const engine = engineForTests();
  await engine.compress(conversation);
  const stats = engine.stats();
  const kept = structuredClone(stats);
  await engine.compress(conversation);
  assert.deepEqual(stats, kept);
});
