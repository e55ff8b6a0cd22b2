// A model on the loopback interface that follows a script, behind the APIs of OpenAI, Anthropic and Gemini, so that the
// examples run without a key and say the same every time. Everything else in them is real.
import { createServer } from 'node:http';

/** What the model says: text, or a call of a tool. */
export const say = (text) => ({ text });
export const call = (name, input = {}) => ({ name, input });

/**
 * Starts a model that answers the requests that come in with `script`, one round each; a round is made from the texts of
 * the tool results in its request. `print` is told what the model calls, and what is in front of it.
 */
export async function startFakeModel(print, script) {
  const rounds = script.values();
  let count = 0;
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    const { results, answer } = apis.find(({ path }) => path.test(request.url));
    const pieces = rounds.next().value(results(body));
    print(`  the model is sent      ${Buffer.concat(chunks).length} bytes`);
    for (const { name, input } of pieces) if (name) print(`  the model calls        ${name} ${JSON.stringify(input)}`);
    const { type, text } = answer(pieces, (count += 1), body);
    response.writeHead(200, { 'content-type': type });
    response.end(text);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

/** The handle in the marker of the last tool result. */
export function handleIn(results) {
  const [handle] = /hr_[0-9a-z]{16}/.exec(results.at(-1)) ?? [];
  if (!handle) throw new Error('nothing was left out, so there is nothing to ask for');
  return handle;
}

const whole = (value) => ({ type: 'application/json', text: JSON.stringify(value) });
const saidIn = (pieces) => pieces.map(({ text }) => text ?? '').join('');
const callsIn = (pieces) => pieces.filter(({ name }) => name);

const apis = [
  {
    path: /\/chat\/completions$/,
    results: ({ messages }) => messages.filter(({ role }) => role === 'tool').map(({ content }) => content),
    answer(pieces, count, { model, stream }) {
      const calls = callsIn(pieces).map(({ name, input }, index) => ({ index, id: `call_${count}_${index}`, type: 'function', function: { name, arguments: JSON.stringify(input) } }));
      const content = saidIn(pieces) || null;
      const message = { role: 'assistant', content, ...(calls.length > 0 && { tool_calls: calls }) };
      const finish_reason = calls.length > 0 ? 'tool_calls' : 'stop';
      const usage = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 };
      const base = { id: `chatcmpl-${count}`, created: 0, model, object: 'chat.completion' };
      if (!stream) return whole({ ...base, choices: [{ index: 0, message, finish_reason }], usage });
      const chunk = (delta, finish_reason = null) => ({ ...base, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason }] });
      const words = content?.match(/\S+\s*/g) ?? [];
      const chunks = [chunk({ role: 'assistant', content: '' }), ...words.map((content) => chunk({ content })), ...(calls.length > 0 ? [chunk({ tool_calls: calls })] : []), chunk({}, finish_reason), { ...base, object: 'chat.completion.chunk', choices: [], usage }];
      return { type: 'text/event-stream', text: [...chunks.map((value) => JSON.stringify(value)), '[DONE]'].map((data) => `data: ${data}\n\n`).join('') };
    },
  },
  {
    path: /\/v1\/messages$/,
    results: ({ messages }) => messages.flatMap(({ content }) => (Array.isArray(content) ? content : [])).filter(({ type }) => type === 'tool_result').map(({ content }) => (typeof content === 'string' ? content : content[0].text)),
    answer(pieces, count, { model }) {
      const content = pieces.map(({ text, name, input }, index) => (name ? { type: 'tool_use', id: `toolu_${count}_${index}`, name, input } : { type: 'text', text }));
      const stop_reason = callsIn(pieces).length > 0 ? 'tool_use' : 'end_turn';
      return whole({ id: `msg_${count}`, type: 'message', role: 'assistant', model, content, stop_reason, stop_sequence: null, usage: { input_tokens: 100, output_tokens: 20 } });
    },
  },
  {
    path: /:generateContent/,
    results: ({ contents }) => contents.flatMap(({ parts }) => parts).flatMap(({ functionResponse }) => (functionResponse ? [JSON.stringify(functionResponse.response)] : [])),
    answer(pieces, count) {
      const parts = pieces.map(({ text, name, input }) => (name ? { functionCall: { name, args: input }, thoughtSignature: 'c2lnbmF0dXJl' } : { text }));
      return whole({ candidates: [{ content: { role: 'model', parts }, finishReason: 'STOP', index: 0 }], usageMetadata: { promptTokenCount: 100, candidatesTokenCount: 20, totalTokenCount: 120 }, responseId: `${count}` });
    },
  },
];
