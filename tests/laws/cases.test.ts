// The shared cases, the corpus and generated outputs: the addon, WebAssembly and what Rust is held to agree byte for byte.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import type { CoreModule } from '../../npm/headroom/dist/core/types.js';
import { Headroom } from '../../npm/headroom/dist/engine.js';
import { cases, type Case } from '../corpus/cases.ts';
import { toolOutput } from '../corpus/generator.ts';
import { groups, sections } from '../corpus/run-case.ts';
import { native, wasm, withoutWasm } from './helpers/cores.ts';
import { messagesOf, type Conversation } from './helpers/conversations.ts';
import { configs, corpus, repository, slow, withoutCorpus } from './helpers/sources.ts';

const read = (name: string): string => readFileSync(new URL(`../corpus/${name}`, import.meta.url), 'utf8');

test('the cases that Rust reads are those that are made here', () => {
  assert.deepEqual(JSON.parse(read('cases.json')) as Case[], JSON.parse(JSON.stringify(cases())), 'cases.json is old: run `node tests/corpus/write.ts`');
});

for (const [name, module, skip] of [['the addon', native, false], ['WebAssembly', wasm, withoutWasm]] as const) {
  test(`${name} hands back what is expected of every case`, { skip }, () => {
    for (const [group, text] of groups(sections(module().core(), cases()))) {
      const [actual, expected] = [text, read(`expected/${group}.txt`)].map((whole) => whole.split('\n'));
      const line = actual!.findIndex((each, at) => each !== expected![at]);
      assert.ok(line < 0 && actual!.length === expected!.length, `expected/${group}.txt differs from line ${line + 1}: build anew, or see tests/corpus/README.md`);
    }
  });
}

describe('the addon and WebAssembly agree', { skip: withoutWasm }, () => {
  const cores = withoutWasm ? [] : [native(), wasm()];

  /** Everything an engine says about a conversation, on both cores. */
  async function assertSame(conversation: Conversation, at: number): Promise<void> {
    const messages = messagesOf(conversation, 'openai');
    const config = configs[at % configs.length]!;
    const said = async (core: CoreModule): Promise<string> => {
      const engine = new Headroom(core, config);
      const { messages: compressed, ...report } = engine.compressSync(messages, { model: 'gpt-4o' });
      const handles = report.blocks.flatMap(({ handle }) => handle ?? []);
      const answers = await Promise.all(handles.flatMap((id) => [{}, { rows: '2-9' }, { query: conversation.turns[0]!.question }].map((part) => engine.retrieve(id, part))));
      return JSON.stringify([compressed, report, answers]);
    };
    const [first, second] = [await said(cores[0]!), await said(cores[1]!)];
    assert.ok(first === second, `${conversation.name}: ${difference(first, second)}`);
  }

  test('over the corpus', { skip: withoutCorpus }, async () => {
    for (const conversation of corpus()) {
      for (let at = 0; at < (slow ? configs.length : 2); at++) await assertSame(conversation, at);
    }
  });

  test('over the files of the repository', async () => {
    for (const [at, conversation] of repository().entries()) await assertSame(conversation, at);
  });

  test('over generated outputs', async () => {
    const runs = slow ? 5000 : 400;
    for (let seed = 1000; seed < 1000 + runs; seed++) {
      const output = toolOutput(seed, 80);
      await assertSame({ name: `seed ${seed}`, turns: [{ question: 'Is item-7 failed?', tool: 'list', input: {}, output }] }, seed);
    }
  });
});

function difference(first: string, second: string): string {
  const at = [...first].findIndex((unit, index) => unit !== second[index]);
  return `${first.slice(at - 40, at + 40)} and ${second.slice(at - 40, at + 40)}`;
}
