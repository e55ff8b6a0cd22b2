// Anthropic's Messages API.
import { objects, pairing, spelled, textEntry, type Answer, type Dialect, type Json, type WireEvent } from './dialect.ts';
import { signatureOf, type Entry } from './pieces.ts';

const usage = { input_tokens: 10, cache_creation_input_tokens: 2, cache_read_input_tokens: 8, output_tokens: 4 };

function contentOf({ id, pieces }: Answer): Json[] {
  return pieces.map((piece) => {
    if (piece.type === 'thought') return { type: 'thinking', thinking: piece.text, signature: signatureOf(id, piece.text) };
    if (piece.type === 'speech') return { type: 'text', text: piece.deltas.join('') };
    return { type: 'tool_use', id: `toolu_${piece.id}`, name: piece.name, input: piece.input };
  });
}

function stopReason({ pieces, truncated }: Answer): string {
  if (truncated) return 'max_tokens';
  return pieces.some(({ type }) => type === 'call') ? 'tool_use' : 'end_turn';
}

function partsOf({ content }: Json): Json[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : objects(content);
}

function entriesOf(message: Json): Entry[] {
  return partsOf(message).flatMap((part): Entry[] => {
    switch (part['type']) {
      case 'text':
        return textEntry(message['role'] === 'user' ? 'user' : 'text', part['text']);
      case 'thinking':
        return [['thought', String(part['thinking']), String(part['signature'])]];
      case 'tool_use':
        return [['call', String(part['id']), String(part['name']), spelled(part['input'])]];
      case 'tool_result':
        return [['result', String(part['tool_use_id']), partsOf(part).map(({ text }) => text).join('\n')]];
      default:
        return [];
    }
  });
}

const event = (data: Json, isDelta = false): WireEvent => ({ data: `event: ${data['type'] as string}\ndata: ${JSON.stringify(data)}\n\n`, isDelta });

export const anthropic: Dialect = {
  path: /\/v1\/messages(?:\/count_tokens)?$/,
  streams: (_, body) => body['stream'] === true,

  problems(body) {
    const messages = objects(body['messages']);
    const found: string[] = [];
    if (messages[0]?.['role'] !== 'user') found.push('messages: the first message must be a user message');
    messages.forEach((message, at) => {
      const where = `messages.${at}`;
      const parts = partsOf(message);
      const kinds = parts.map(({ type }) => type);
      if (parts.length === 0) found.push(`${where}: content must not be empty`);
      if (parts.some(({ type, text }) => type === 'text' && String(text).trim() === '')) found.push(`${where}: text content blocks must contain non-whitespace text`);
      if (message['role'] === 'assistant') {
        if (kinds.includes('tool_result')) found.push(`${where}: tool_result blocks can only be in user messages`);
        const next = messages[at + 1];
        const calls = parts.filter(({ type }) => type === 'tool_use').map(({ id }) => String(id));
        const answered = next ? partsOf(next).filter(({ type }) => type === 'tool_result').map(({ tool_use_id }) => String(tool_use_id)) : [];
        found.push(...pairing(calls, answered, where));
        if (calls.length > 0 && objects(body['messages']).length > at + 1 && kinds.includes('thinking') && kinds[0] !== 'thinking') {
          found.push(`${where}: a turn with thinking must begin with a thinking block`);
        }
      } else {
        const results = kinds.lastIndexOf('tool_result');
        if (results >= 0 && kinds.slice(0, results).some((kind) => kind !== 'tool_result')) found.push(`${where}: tool_result blocks must come first`);
        const before = messages[at - 1];
        if (results >= 0 && before?.['role'] !== 'assistant') found.push(`${where}: tool_result blocks must follow their tool_use`);
      }
    });
    for (const tool of objects(body['tools'])) if (!tool['input_schema']) found.push('tools: input_schema is required');
    return found;
  },

  seen: (body) => ({
    body,
    tools: objects(body['tools']).map(({ name }) => String(name)),
    entries: objects(body['messages']).flatMap(entriesOf),
  }),

  produced: (answer) => entriesOf({ role: 'assistant', content: contentOf(answer) }),

  json: (answer) => ({
    id: `msg_${answer.id}`,
    type: 'message',
    role: 'assistant',
    model: answer.model,
    content: contentOf(answer),
    stop_reason: stopReason(answer),
    stop_sequence: null,
    usage,
  }),

  events(answer) {
    const { output_tokens: _, ...input } = usage;
    const message = { id: `msg_${answer.id}`, type: 'message', role: 'assistant', model: answer.model, content: [], stop_reason: null, stop_sequence: null, usage: { ...input, output_tokens: 1 } };
    const events: WireEvent[] = [event({ type: 'message_start', message }), event({ type: 'ping' })];
    contentOf(answer).forEach((block, index) => {
      const piece = answer.pieces[index]!;
      const delta = (delta: Json, isDelta = false) => event({ type: 'content_block_delta', index, delta }, isDelta);
      const start = (content_block: Json) => event({ type: 'content_block_start', index, content_block });
      if (piece.type === 'thought') {
        events.push(start({ type: 'thinking', thinking: '', signature: '' }), delta({ type: 'thinking_delta', thinking: piece.text }), delta({ type: 'signature_delta', signature: block['signature'] }));
      } else if (piece.type === 'speech') {
        events.push(start({ type: 'text', text: '' }), ...piece.deltas.map((text) => delta({ type: 'text_delta', text }, true)));
      } else {
        const json = JSON.stringify(piece.input);
        const cut = json.length >> 1;
        events.push(start({ ...block, input: {} }), ...['', json.slice(0, cut), json.slice(cut)].map((partial_json) => delta({ type: 'input_json_delta', partial_json })));
      }
      events.push(event({ type: 'content_block_stop', index }));
    });
    events.push(event({ type: 'message_delta', delta: { stop_reason: stopReason(answer), stop_sequence: null }, usage: { output_tokens: usage.output_tokens } }), event({ type: 'message_stop' }));
    return events;
  },

  error: (status, message) => ({ type: 'error', error: { type: status === 529 ? 'overloaded_error' : 'invalid_request_error', message } }),
};
