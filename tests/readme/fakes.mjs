// What the README's programs import besides Headroom and what it wraps: models that follow a script, and a shop. The models
// are strict about what they are sent, so that a program that sends nonsense fails.
import assert from 'node:assert/strict';
import { MockLanguageModelV3 } from 'ai/test';

const orders = Array.from({ length: 800 }, (_, n) => ({
  id: 1001 + n,
  placed: `2025-06-${String(1 + (n % 28)).padStart(2, '0')}`,
  customer: `customer-${(n * 7919) % 5000}`,
  total: 990 + ((n * 37) % 5000),
  currency: 'EUR',
  state: 'paid',
}));

/** The shop's only tool. */
export const listOrders = async () => JSON.stringify(orders);

const description = 'Lists all orders.';
const parameters = { type: 'object', properties: {} };
export const openaiTools = [{ type: 'function', function: { name: 'list_orders', description, parameters } }];
export const anthropicTools = [{ name: 'list_orders', description, input_schema: parameters }];

/** The handle in the one text that has a marker. */
function handleIn(request) {
  const handles = new Set(JSON.stringify(request).match(/hr_[0-9a-z]{16}/g));
  assert.equal(handles.size, 1, 'one tool result has a marker');
  return [...handles][0];
}

/** What the model says once it has read the answer to its retrieval. */
function saying(answer) {
  assert.ok(!answer.includes('"id":1001') && answer.includes('1200'), `only what was asked for: ${answer.slice(0, 300)}`);
  const { total } = orders.find(({ id }) => id === 1200);
  assert.ok(answer.includes(String(total)));
  return `Order 1200 cost ${(total / 100).toFixed(2)} EUR.`;
}

/** The same model behind the providers' APIs, for `startFakeModel`: it lists the orders, asks for one, and answers. */
export const script = [
  () => [{ name: 'list_orders', input: {} }],
  (results) => [{ name: 'headroom_retrieve', input: { id: handleIn(results), query: '1200' } }],
  (results) => [{ text: saying(results.at(-1)) }],
];

/** The OpenAI client, with a model that lists the orders, asks for one that was left out, and answers. */
export class OpenAI {
  chat = { completions: { create: async (request) => ({ choices: [{ message: openaiTurn(request) }] }) } };
}

function openaiTurn({ messages, tools }) {
  assert.deepEqual(tools.map((tool) => tool.function.name), ['list_orders', 'headroom_retrieve']);
  const call = (id, name, input) => ({ role: 'assistant', content: null, tool_calls: [{ id, type: 'function', function: { name, arguments: JSON.stringify(input) } }] });
  const results = messages.filter(({ role }) => role === 'tool');
  if (results.length === 0) return call('call_1', 'list_orders', {});
  if (results.length === 1) return call('call_2', 'headroom_retrieve', { id: handleIn(messages), query: '1200' });
  assert.equal(results[1].tool_call_id, 'call_2');
  return { role: 'assistant', content: saying(results[1].content) };
}

/** The Anthropic client with the same model. */
export class Anthropic {
  messages = { create: async (request) => anthropicTurn(request) };
}

function anthropicTurn({ messages, tools }) {
  assert.deepEqual(tools.map(({ name }) => name), ['list_orders', 'headroom_retrieve']);
  const call = (id, name, input) => ({ role: 'assistant', content: [{ type: 'tool_use', id, name, input }], stop_reason: 'tool_use' });
  const results = messages.filter(({ role, content }) => role === 'user' && Array.isArray(content)).map(({ content }) => content[0]);
  if (results.length === 0) return call('toolu_1', 'list_orders', {});
  if (results.length === 1) return call('toolu_2', 'headroom_retrieve', { id: handleIn(messages), query: '1200' });
  assert.equal(results[1].tool_use_id, 'toolu_2');
  return { role: 'assistant', content: [{ type: 'text', text: saying(results[1].content) }], stop_reason: 'end_turn' };
}

/** The OpenAI provider of the AI SDK with the same model. */
export function openai(modelId) {
  const usage = { inputTokens: { total: 10 }, outputTokens: { total: 4 } };
  const next = ({ prompt, tools }) => {
    assert.deepEqual(tools.map(({ name }) => name), ['listOrders', 'headroom_retrieve']);
    const results = prompt.filter(({ role }) => role === 'tool');
    const call = (toolCallId, toolName, input) => ({ type: 'tool-call', toolCallId, toolName, input: JSON.stringify(input) });
    if (results.length === 0) return call('call_1', 'listOrders', {});
    if (results.length === 1) return call('call_2', 'headroom_retrieve', { id: handleIn(prompt), query: '1200' });
    return { type: 'text', text: saying(results[1].content[0].output.value) };
  };
  return new MockLanguageModelV3({
    modelId,
    doGenerate: async (options) => {
      const part = next(options);
      const unified = part.type === 'text' ? 'stop' : 'tool-calls';
      return { content: [part], finishReason: { unified, raw: unified }, usage, warnings: [] };
    },
    doStream: async (options) => {
      const part = next(options);
      const unified = part.type === 'text' ? 'stop' : 'tool-calls';
      const shown =
        part.type === 'text'
          ? [{ type: 'text-start', id: '0' }, { type: 'text-delta', id: '0', delta: part.text }, { type: 'text-end', id: '0' }]
          : [part];
      const parts = [{ type: 'stream-start', warnings: [] }, ...shown, { type: 'finish', finishReason: { unified, raw: unified }, usage }];
      return { stream: ReadableStream.from(parts) };
    },
  });
}
