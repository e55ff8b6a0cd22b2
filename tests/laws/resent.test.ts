// Law 9 by what is done, not by time: a module of the host is asked about a block once, however often it is resent. And
// law 8: whatever a module hands back, the request goes on.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, test } from 'node:test';
import * as core from '../../npm/headroom/dist/core/node.js';
import { Headroom } from '../../npm/headroom/dist/engine.js';
import type { HostModule, ModuleCandidate, ModuleTask } from '../../npm/headroom/dist/host-modules.js';
import { toolOutput } from '../corpus/generator.ts';
import { endOfTurn, formats, messagesOf, type Conversation } from './helpers/conversations.ts';
import { slow } from './helpers/sources.ts';

const config = { minTokensToCompress: 20, maxBlockTokens: 30 };

/** A module that notes what it is asked. */
function noting(compress: (task: ModuleTask) => unknown = () => []) {
  const asked: string[] = [];
  const module: HostModule = {
    name: 'noting',
    kinds: ['json', 'ndjson', 'log', 'build', 'search', 'diff', 'table', 'html', 'xml', 'markdown', 'prose', 'mixed', 'text'],
    compress: (task) => {
      asked.push(task.text);
      return compress(task) as readonly ModuleCandidate[];
    },
  };
  return { asked, module };
}

function conversationOf(turns: number): Conversation {
  const outputs = Array.from({ length: turns }, (_, at) => `output ${at}\n${toolOutput(at, 20)}\n${'a line of text that has to be long enough\n'.repeat(8)}`);
  return { name: `${turns} turns`, turns: outputs.map((output) => ({ question: 'What is new?', tool: 'list', input: {}, output })) };
}

describe('a conversation that is resent costs its new blocks', () => {
  for (const format of formats) {
    test(format, async () => {
      const turns = 60;
      const messages = messagesOf(conversationOf(turns), format);
      const { asked, module } = noting();
      const engine = new Headroom(core, { ...config, modules: [module] });
      for (let turn = 0; turn < turns; turn++) {
        await engine.compress(messages.slice(0, endOfTurn(turn, format)), { format });
        assert.equal(asked.length, turn + 1, `turn ${turn} asked about more than its own block`);
      }
      assert.equal(new Set(asked).size, turns);
      if (format === 'ai-sdk') return;
      const bodies = noting();
      const over = new Headroom(core, { ...config, modules: [bodies.module] });
      for (let turn = 0; turn < turns; turn++) {
        const body = new TextEncoder().encode(JSON.stringify({ messages: messages.slice(0, endOfTurn(turn, format)) }));
        await over.compressBody(body, { format });
        assert.equal(bodies.asked.length, turn + 1, `turn ${turn} of a body asked about more than its own block`);
      }
      assert.deepEqual(bodies.asked, asked);
    });
  }

  test('per scope, per configuration, and not at all where nothing is to be remembered', async () => {
    const messages = messagesOf(conversationOf(1), 'openai');
    const { asked, module } = noting();
    const engine = new Headroom(core, { ...config, modules: [module] });
    const calls = [{}, {}, { scope: 'other' }, { scope: 'other' }, { maxBlockTokens: 31 }, { maxBlockTokens: 31 }, { model: 'claude-sonnet-4-5' }, {}];
    for (const options of calls) await engine.compress(messages, options);
    assert.equal(asked.length, 4);
    const forgetful = new Headroom(core, { ...config, resultCacheBytes: 0, modules: [module] });
    for (let times = 0; times < 3; times++) await forgetful.compress(messages);
    assert.equal(asked.length, 7);
  });

  test('within its bytes: what does not fit any more is made again, and comes out the same', () => {
    const messages = messagesOf(conversationOf(40), 'openai');
    const small = new Headroom(core, { ...config, resultCacheBytes: 4096 });
    const large = new Headroom(core, config);
    for (let times = 0; times < 3; times++) assert.deepEqual(small.compressSync(messages), large.compressSync(messages));
  });
});

describe('whatever a module does, the request goes on', () => {
  const canary = 'canary-5b1e';
  const messages = messagesOf({ name: '', turns: [{ question: 'What?', tool: 'list', input: {}, output: `${canary} of words and words\n`.repeat(40) }] }, 'openai');

  async function assertPassed(compress: (task: ModuleTask) => unknown): Promise<void> {
    const engine = new Headroom(core, { ...config, modules: [noting(compress).module] });
    const { messages: compressed, tools: _, ...report } = await engine.compress(messages);
    for (const block of report.blocks) {
      assert.ok(block.tokensAfter <= block.tokensBefore);
      if (block.method === 'none') continue;
      const answer = await engine.retrieve(block.handle!);
      assert.ok(answer.text.endsWith(messages[3]!['content'] as string), 'the way back is gone');
    }
    if (report.blocks.every(({ method }) => method === 'none')) assert.equal(compressed, messages);
    assert.ok(!JSON.stringify(report).includes(canary), 'the report holds content');
  }

  const omissions = [{ unit: 'lines', count: 38, total: 40, ranges: [[2, 39]] }];
  const answers: [name: string, answer: unknown][] = [
    ['nothing', undefined],
    ['no list', 7],
    ['no candidates', [null, 7, 'text']],
    ['a candidate without text', [{ method: 'm', omissions }]],
    ['a text of the wrong type', [{ text: 7, method: 'm', omissions }]],
    ['unknown keys', [{ text: canary, method: 'm', omissions, more: 1 }]],
    ['half a surrogate pair', [{ text: '\ud800', method: 'm', omissions }]],
    ['a claim to be lossless', [{ text: 'x', method: 'm', omissions: [] }]],
    ['omissions that do not add up', [{ text: 'x', method: 'm', omissions: [{ unit: 'lines', count: 3, total: 2, ranges: [[9, 1]] }] }]],
    ['an unknown unit', [{ text: 'x', method: 'm', omissions: [{ unit: 'pages', count: 1, total: 2, ranges: [] }] }]],
    ['a larger text', [{ text: `${canary} `.repeat(9999), method: 'm', omissions }]],
    ['a sound candidate', [{ text: 'short', method: 'm', omissions }]],
  ];
  for (const [name, answer] of answers) test(`it hands back ${name}`, () => assertPassed(() => answer));

  test('what begins with a byte order mark comes back with it', async () => {
    const original = `\ufeff${canary} of words and words\n`.repeat(40);
    const engine = new Headroom(core, { ...config, modules: [noting(() => [{ text: 'short', method: 'm', omissions }]).module] });
    const { blocks } = await engine.compress(messagesOf({ name: '', turns: [{ question: '', tool: 'list', input: {}, output: original }] }, 'openai'));
    const { text } = await engine.retrieve(blocks[0]!.handle!);
    assert.equal(text.slice(text.indexOf('\n') + 1), original);
  });

  test('it throws, or rejects', async () => {
    await assertPassed(() => {
      throw new Error(canary);
    });
    await assertPassed(() => Promise.reject(new RangeError(canary)));
    await assertPassed(() => {
      throw canary;
    });
  });

  test('it hands back anything', async () => {
    await fc.assert(fc.asyncProperty(fc.anything(), (answer) => assertPassed(() => answer)), { numRuns: slow ? 2000 : 200 });
  });
});
