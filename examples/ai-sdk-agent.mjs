// An agent of the Vercel AI SDK whose model asks for what was left out. The model is scripted, so that it runs without a
// key and says the same every time; everything else is real.
//
//   node examples/ai-sdk-agent.mjs
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { generateText, jsonSchema, stepCountIs, streamText, tool, wrapLanguageModel } from 'ai';
import { MockLanguageModelV3 } from 'ai/test';
import { headroomMiddleware, withHeadroom } from 'headroom-js/ai-sdk';

const orders = JSON.parse(readFileSync(new URL('data/orders.json', import.meta.url), 'utf8'));

const tools = {
  listOrders: tool({
    description: 'Lists all orders.',
    inputSchema: jsonSchema({ type: 'object', properties: {} }),
    execute: async () => orders,
  }),
};

/** Runs both agents and tells `print` what happens on either side. */
export async function runAgent(print) {
  await generated(print);
  await streamed(print);
}

/** `generateText`: the model asks by rows. */
async function generated(print) {
  print('generateText: "What did the 200th order cost?"');
  const scripted = scriptedModel(print, [
    () => [call('call_1', 'listOrders', {})],
    (prompt) => [say('I need one row that was left out. '), call('call_2', 'headroom_retrieve', { id: handleIn(prompt), rows: '200' })],
    (prompt) => [say(`Order 200 cost ${priceIn(lastResult(prompt))}.`)],
  ]);
  const { text, steps, usage } = await generateText({
    model: wrapLanguageModel({ model: scripted, middleware: headroomMiddleware() }),
    tools,
    stopWhen: stepCountIs(5),
    prompt: 'What did the 200th order cost?',
  });
  summary(print, text, steps, usage, scripted.doGenerateCalls.length);
}

/** `streamText`: the model asks by words, and its text arrives while it does. */
async function streamed(print) {
  print('\nstreamText: "Which payment was over the limit?"');
  const scripted = scriptedModel(print, [
    () => [call('call_1', 'listOrders', {})],
    (prompt) => [say('Let me search. '), call('call_2', 'headroom_retrieve', { id: handleIn(prompt), query: 'amount_over_limit' })],
    (prompt) => [say(`It was over the limit by the look of it: ${priceIn(lastResult(prompt), 'amount_over_limit')}.`)],
  ]);
  const result = streamText({
    model: withHeadroom(scripted),
    tools,
    stopWhen: stepCountIs(5),
    prompt: 'Which payment was over the limit?',
  });
  const deltas = [];
  for await (const delta of result.textStream) deltas.push(delta);
  print(`  the application reads  ${deltas.map((delta) => JSON.stringify(delta)).join('  ')}`);
  summary(print, await result.text, await result.steps, await result.totalUsage, scripted.doStreamCalls.length);
}

function summary(print, text, steps, usage, calls) {
  const report = steps.at(-1).providerMetadata.headroom;
  const seen = steps.flatMap(({ toolCalls }) => toolCalls.map(({ toolName }) => toolName));
  print(`  the application gets   ${text}`);
  print(`  tool calls it sees     ${seen.join(', ')} (${calls} calls of the model, ${usage.inputTokens} input tokens in all)`);
  print(`  the last request       ${report.tokensBefore} tokens -> ${report.tokensAfter}, of which ${report.retrievedTokens} were retrieved`);
}

/** A model that plays `rounds`; a round is made from the prompt it is sent. */
function scriptedModel(print, rounds) {
  let round = 0;
  const next = ({ prompt }) => {
    const content = rounds[round++](prompt);
    for (const part of content.filter(({ type }) => type === 'tool-call')) print(`  the model calls        ${part.toolName} ${part.input}`);
    const unified = content.some(({ type }) => type === 'tool-call') ? 'tool-calls' : 'stop';
    const usage = { inputTokens: { total: Math.ceil(JSON.stringify(prompt).length / 4) }, outputTokens: { total: 20 } };
    return { content, finishReason: { unified, raw: unified }, usage };
  };
  return new MockLanguageModelV3({
    modelId: 'gpt-4o',
    doGenerate: async (options) => ({ ...next(options), warnings: [] }),
    doStream: async (options) => {
      const { content, ...finish } = next(options);
      return { stream: streamOf([{ type: 'stream-start', warnings: [] }, ...content.flatMap(asStream), { type: 'finish', ...finish }]) };
    },
  });
}

function streamOf(parts) {
  return new ReadableStream({
    start(controller) {
      for (const part of parts) controller.enqueue(part);
      controller.close();
    },
  });
}

function asStream(part) {
  if (part.type !== 'text') return [part];
  return [
    { type: 'text-start', id: '0' },
    { type: 'text-delta', id: '0', delta: part.text },
    { type: 'text-end', id: '0' },
  ];
}

const say = (text) => ({ type: 'text', text });
const call = (toolCallId, toolName, input) => ({ type: 'tool-call', toolCallId, toolName, input: JSON.stringify(input) });

/** The handle that the model reads in the marker of a tool result. */
function handleIn(prompt) {
  const [handle] = /hr_[0-9a-z]{16}/.exec(lastResult(prompt)) ?? [];
  if (!handle) throw new Error('nothing was left out, so there is nothing to ask for');
  return handle;
}

/** The text of the last tool result. */
function lastResult(prompt) {
  const { value } = prompt.findLast(({ role }) => role === 'tool').content.at(-1).output;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What the scripted model makes of an answer: the total of the order in it, or of the one with `word`. */
function priceIn(answer, word = '') {
  const row = orders.find(({ id, error }) => answer.includes(String(id)) && JSON.stringify(error).includes(word));
  if (!row) throw new Error(`the answer does not hold what was asked for: ${answer}`);
  return `${(row.total_cents / 100).toFixed(2)} ${row.currency} (order ${row.id})`;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await runAgent(console.log);
