// OpenAI's Chat Completions API.
import { objects, pairing, spelled, textEntry, type Answer, type Dialect, type Json, type WireEvent } from './dialect.ts';
import type { Entry } from './pieces.ts';

const usage = { prompt_tokens: 20, completion_tokens: 4, total_tokens: 24, prompt_tokens_details: { cached_tokens: 8 }, completion_tokens_details: { reasoning_tokens: 0 } };

function toolCalls({ pieces }: Answer): Json[] {
  return pieces.flatMap((piece) => (piece.type === 'call' ? [{ id: `call_${piece.id}`, type: 'function', function: { name: piece.name, arguments: JSON.stringify(piece.input) } }] : []));
}

function textOf({ pieces }: Answer): string | null {
  const text = pieces.flatMap((piece) => (piece.type === 'speech' ? piece.deltas : [])).join('');
  return text === '' ? null : text;
}

function finishReason(answer: Answer): string {
  if (answer.truncated) return 'length';
  return toolCalls(answer).length > 0 ? 'tool_calls' : 'stop';
}

function textIn(content: unknown): string {
  return typeof content === 'string' ? content : objects(content).map(({ text }) => text).join('');
}

function entriesOf(message: Json): Entry[] {
  const { role, content } = message;
  if (role === 'user') return textEntry('user', textIn(content));
  if (role === 'tool') return [['result', String(message['tool_call_id']), textIn(content)]];
  if (role !== 'assistant') return [];
  const calls = objects(message['tool_calls']).map((call): Entry => {
    const called = call['function'] as Json;
    return ['call', String(call['id']), String(called['name']), spelled(called['arguments'])];
  });
  return [...textEntry('text', content === null || content === undefined ? '' : textIn(content)), ...calls];
}

export const openaiChat: Dialect = {
  path: /\/chat\/completions$/,
  streams: (_, body) => body['stream'] === true,

  problems(body) {
    const messages = objects(body['messages']);
    const found: string[] = [];
    messages.forEach((message, at) => {
      if (message['role'] !== 'assistant') return;
      const calls = objects(message['tool_calls']).map(({ id }) => String(id));
      const answered: string[] = [];
      for (const { role, tool_call_id } of messages.slice(at + 1)) {
        if (role !== 'tool') break;
        answered.push(String(tool_call_id));
      }
      found.push(...pairing(calls, answered, `messages[${at}]`));
      if (calls.length === 0 && textIn(message['content'] ?? '') === '') found.push(`messages[${at}]: an assistant message needs content or tool_calls`);
      if (Array.isArray(message['tool_calls']) && calls.length === 0) found.push(`messages[${at}].tool_calls: must not be empty`);
    });
    const firstTool = messages.findIndex(({ role }) => role === 'tool');
    if (firstTool >= 0 && !messages.slice(0, firstTool).some(({ role }) => role === 'assistant')) found.push('messages: a tool message must follow its call');
    return found;
  },

  seen: (body) => ({
    body,
    tools: objects(body['tools']).map((tool) => String((tool['function'] as Json | undefined)?.['name'])),
    entries: objects(body['messages']).flatMap(entriesOf),
  }),

  produced: (answer) => entriesOf({ role: 'assistant', content: textOf(answer), tool_calls: toolCalls(answer) }),

  json(answer) {
    const calls = toolCalls(answer);
    const message = { role: 'assistant', content: textOf(answer), refusal: null, annotations: [], ...(calls.length > 0 && { tool_calls: calls }) };
    return {
      id: `chatcmpl-${answer.id}`,
      object: 'chat.completion',
      created: 1_760_000_000,
      model: answer.model,
      choices: [{ index: 0, message, logprobs: null, finish_reason: finishReason(answer) }],
      usage,
      service_tier: 'default',
      system_fingerprint: 'fp_1',
    };
  },

  events(answer) {
    const base = { id: `chatcmpl-${answer.id}`, object: 'chat.completion.chunk', created: 1_760_000_000, model: answer.model, service_tier: 'default', system_fingerprint: 'fp_1' };
    const chunk = (delta: Json, finish_reason: string | null = null, isDelta = false): WireEvent => ({
      data: `data: ${JSON.stringify({ ...base, choices: [{ index: 0, delta, logprobs: null, finish_reason }], usage: null })}\n\n`,
      isDelta,
    });
    const events = [chunk({ role: 'assistant', content: '', refusal: null })];
    for (const piece of answer.pieces) {
      if (piece.type === 'speech') events.push(...piece.deltas.map((content) => chunk({ content }, null, true)));
    }
    toolCalls(answer).forEach((call, index) => {
      const called = call['function'] as Json;
      const json = String(called['arguments']);
      const cut = json.length >> 1;
      events.push(chunk({ tool_calls: [{ index, ...call, function: { ...called, arguments: '' } }] }));
      for (const part of [json.slice(0, cut), json.slice(cut)]) events.push(chunk({ tool_calls: [{ index, function: { arguments: part } }] }));
    });
    events.push(chunk({}, finishReason(answer)));
    events.push({ data: `data: ${JSON.stringify({ ...base, choices: [], usage })}\n\n`, isDelta: false }, { data: 'data: [DONE]\n\n', isDelta: false });
    return events;
  },

  error: (status, message) => ({ error: { message, type: status >= 500 ? 'server_error' : 'invalid_request_error', param: null, code: null } }),
};
