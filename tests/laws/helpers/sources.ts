// Where conversations come from: the corpus beside the repository, the files in it, and chance.
import fc from 'fast-check';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { HeadroomConfig } from 'headroom-js';
import { files, hostileTexts } from '../../corpus/cases.ts';
import { toolOutput } from '../../corpus/generator.ts';
import type { Conversation, Turn } from './conversations.ts';

/** The repository's root. */
export const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Whether there is time for long property tests. */
export const slow = process.env['HEADROOM_SLOW'] === '1';

const corpusFolder = process.env['HEADROOM_CORPUS'] ?? join(root, '../shared/corpus');

/** The reason to skip what needs the corpus, or `false`. */
export const withoutCorpus = existsSync(corpusFolder) ? false : 'there is no corpus beside the repository';
if (withoutCorpus) console.error(`*** ${withoutCorpus}: not tested over it ***`);

interface CorpusMessage {
  readonly role: string;
  readonly content: string | null;
  readonly tool_calls?: readonly { readonly function: { readonly name: string; readonly arguments: string } }[];
}

/** One conversation for each kind of the corpus, a turn a case. */
export function corpus(): Conversation[] {
  if (withoutCorpus) return [];
  const kinds = readdirSync(corpusFolder).filter((name) => name.endsWith('.json')).sort();
  return kinds.map((name) => {
    const cases = JSON.parse(readFileSync(join(corpusFolder, name), 'utf8')) as { messages: CorpusMessage[] }[];
    return { name, turns: cases.flatMap(({ messages }) => turnsOf(messages)) };
  });
}

/** Every text of the corpus, as it is and as it is written in JSON. */
export function corpusTexts(): string[] {
  const texts: string[] = [];
  const visit = (value: unknown): void => {
    if (typeof value === 'string') texts.push(value);
    else if (typeof value === 'object' && value !== null) Object.values(value).forEach(visit);
  };
  for (const name of readdirSync(corpusFolder).filter((each) => each.endsWith('.json'))) {
    const json = readFileSync(join(corpusFolder, name), 'utf8');
    texts.push(json);
    visit(JSON.parse(json));
  }
  return texts;
}

function turnsOf(messages: readonly CorpusMessage[]): Turn[] {
  const question = messages.find(({ role }) => role === 'user')?.content ?? '';
  const call = messages.find(({ tool_calls }) => tool_calls)?.tool_calls?.[0]?.function;
  const outputs = messages.filter(({ role }) => role === 'tool');
  return outputs.map(({ content }) => ({ question, tool: call?.name ?? 'list', input: JSON.parse(call?.arguments ?? '{}'), output: content ?? '' }));
}

/** The files of the repository and what is hostile, as conversations. */
export function repository(): Conversation[] {
  const turn = (output: string): Turn => ({ question: 'Which of them failed, and why?', tool: 'list', input: { about: 'failed' }, output });
  const texts = files().map(({ texts }) => turn(texts![1]!));
  const hostile = Object.entries(hostileTexts());
  return [
    { name: 'the files of the repository', turns: texts },
    { name: 'what policy keeps', turns: texts.slice(0, 4).map((each, at) => ({ ...each, tool: ['Read', 'grep', 'EDIT', 'list'][at]!, isError: at === 3 })) },
    ...hostile.map(([name, text]) => ({ name, turns: [turn(text), turn(`before\n${text}\nafter`)] })),
  ];
}

/** Strings of any UTF-16 units, lone surrogates among them. */
const units = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 60 }).map((codes) => String.fromCharCode(...codes));

const rows = fc
  .tuple(fc.uniqueArray(fc.oneof(fc.constantFrom('id', 'name', 'error', 'a.b', ''), fc.string()), { minLength: 1, maxLength: 5 }), fc.array(fc.array(fc.jsonValue({ maxDepth: 2 }), { minLength: 5, maxLength: 5 }), { minLength: 1, maxLength: 12 }), fc.integer({ min: 1, max: 6 }))
  .map(([keys, cells, times]) => cells.flatMap((values) => Array.from({ length: times }, (_, at) => Object.fromEntries(keys.map((key, index) => [key, index === 0 ? at : values[index]])))));

const output: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.nat(1_000_000).map((seed) => toolOutput(seed, 60)) },
  { weight: 2, arbitrary: rows.map((values) => JSON.stringify(values)) },
  { weight: 1, arbitrary: rows.map((values) => values.map((value) => JSON.stringify(value)).join('\n')) },
  { weight: 1, arbitrary: fc.json({ maxDepth: 6 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) },
  { weight: 1, arbitrary: units },
);

const turn: fc.Arbitrary<Turn> = fc.record({
  question: fc.oneof(fc.constantFrom('', 'Which of them failed?', 'Is item-7 there?'), fc.string({ unit: 'grapheme' }), output),
  tool: fc.constantFrom('list', 'list', 'search', 'Read', 'mcp__x__headroom_retrieve', ''),
  input: fc.oneof(fc.constant({}), fc.jsonValue()),
  output,
  isError: fc.constantFrom(false, false, false, true),
});

/** Conversations by chance. */
export const generated: fc.Arbitrary<Conversation> = fc.array(turn, { minLength: 1, maxLength: 6 }).map((turns) => ({ name: 'generated', turns }));

/** Configurations that reach every way to treat a block. */
export const configs: readonly HeadroomConfig[] = [
  {},
  { minTokensToCompress: 20, maxBlockTokens: 200 },
  { minTokensToCompress: 0, maxBlockTokens: 1, secret: 'a secret' },
  { minTokensToCompress: 0, lossless: true },
  { minTokensToCompress: 20, maxBlockTokens: 100, compressUserMessages: true, excludedTools: [] },
  { minTokensToCompress: 20, maxBlockTokens: 100, resultCacheBytes: 0 },
];

/** Models of exact and of estimated counters. */
export const models = ['gpt-4o', 'claude-sonnet-4-5', 'gemini-2.5-pro', undefined] as const;
