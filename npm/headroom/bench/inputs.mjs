// What the benchmarks compress: the corpus beside the repository where there is one, else generated API answers.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Conversations of `{ kind, messages }` in OpenAI's format, each with the tool outputs of one request. */
export function conversations(folder) {
  if (folder === undefined || !existsSync(folder)) return generated();
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json') && name !== 'MANIFEST.json')
    .sort()
    .flatMap((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')))
    .filter(({ messages }) => Array.isArray(messages));
}

/** The texts of the tool messages. */
export function toolTexts(messages) {
  return messages.filter(({ role, content }) => role === 'tool' && typeof content === 'string').map(({ content }) => content);
}

/** A body of `turns` calls, in which each tool output is different. */
export function growingBody(turns) {
  return body('Find the failed jobs and say why they failed.', turns, (turn) => exchange(turn, jobs(40, turn * 40)));
}

/** A body of `turns` readings of files, every third of them of one that was read before and has changed since. */
export function readingBody(turns) {
  return body('Rename the counters everywhere.', turns, (turn) => {
    const again = turn % 3 === 2;
    return reading(turn, `src/part-${again ? turn - 2 : turn}.ts`, sourceFile(again ? turn - 2 : turn, again ? turn : undefined));
  });
}

function body(question, turns, messagesOf) {
  const messages = [{ role: 'user', content: question }];
  for (let turn = 0; turn < turns; turn += 1) messages.push(...messagesOf(turn));
  return new TextEncoder().encode(JSON.stringify({ model: 'gpt-4o', messages, tools: [tool] }));
}

function reading(turn, path, text) {
  const call = { id: `call_${turn}`, type: 'function', function: { name: 'read', arguments: JSON.stringify({ path }) } };
  return [
    { role: 'assistant', content: null, tool_calls: [call] },
    { role: 'tool', tool_call_id: call.id, content: text },
  ];
}

/** Sixty lines of code; `changed` stands in one of them. */
function sourceFile(number, changed) {
  const line = (index) =>
    index === 30 && changed !== undefined
      ? `  const renamed_${changed} = read(${index});`
      : `  const counter_${number}_${index} = read(${index}) + ${(number * 31 + index) % 97};`;
  return [`export function part${number}() {`, ...Array.from({ length: 60 }, (_, index) => line(index)), '}', ''].join('\n');
}

/** A body of Anthropic's API of some 55 kB, 50 of them one tool result, which is another for every `number`. */
export function anthropicBody(number) {
  const list = jobs(208, number * 208);
  return JSON.stringify({
    model: 'claude-haiku-4-5',
    max_tokens: 1024,
    system: 'You look after the nightly jobs. '.repeat(10),
    tools: [{ name: 'list_jobs', description: 'Lists the jobs.', input_schema: { type: 'object', properties: { page: { type: 'integer' } } } }],
    messages: [
      { role: 'user', content: 'Which jobs failed, and why?' },
      { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'list_jobs', input: { page: number } }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: JSON.stringify(list) }] },
    ],
  });
}

const tool = { type: 'function', function: { name: 'list_jobs', parameters: { type: 'object', properties: { page: { type: 'integer' } } } } };

function generated() {
  return [20, 100, 500, 2000].map((count) => ({
    kind: 'json_array',
    messages: [{ role: 'user', content: 'Which jobs failed?' }, ...exchange(0, jobs(count, 0))],
  }));
}

function exchange(turn, output) {
  const call = { id: `call_${turn}`, type: 'function', function: { name: 'list_jobs', arguments: JSON.stringify({ page: turn }) } };
  return [
    { role: 'assistant', content: null, tool_calls: [call] },
    { role: 'tool', tool_call_id: call.id, content: JSON.stringify(output) },
  ];
}

function jobs(count, first) {
  return Array.from({ length: count }, (_, index) => {
    const id = first + index;
    const failed = id % 37 === 5;
    return {
      id: 41_000 + id,
      name: `nightly-${['import', 'index', 'report', 'backup'][id % 4]}-${id % 11}`,
      status: failed ? 'failed' : 'succeeded',
      started_at: new Date(Date.UTC(2026, 0, 1) + id * 61_000).toISOString(),
      duration_ms: 1000 + ((id * 7919) % 90_000),
      worker: { host: `worker-${id % 8}.internal`, region: id % 3 === 0 ? 'eu-west-1' : 'us-east-1' },
      error: failed ? `timeout after ${30 + (id % 5)} s while waiting for shard ${id % 16}` : null,
      url: `https://jobs.example.com/runs/${41_000 + id}`,
    };
  });
}
