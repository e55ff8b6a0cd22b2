// OpenAI's Responses API, without state on the server: clients send `store: false` and resend every item.
import { objects, pairing, spelled, textEntry, type Answer, type Dialect, type Json, type WireEvent } from './dialect.ts';
import { signatureOf, type Entry } from './pieces.ts';

const usage = { input_tokens: 20, input_tokens_details: { cached_tokens: 8 }, output_tokens: 4, output_tokens_details: { reasoning_tokens: 2 }, total_tokens: 24 };

function itemsOf({ id, pieces }: Answer): Json[] {
  return pieces.map((piece, at) => {
    if (piece.type === 'thought') {
      return { id: `rs_${id}_${at}`, type: 'reasoning', summary: [{ type: 'summary_text', text: piece.text }], encrypted_content: signatureOf(id, piece.text) };
    }
    if (piece.type === 'speech') {
      const text = piece.deltas.join('');
      return { id: `msg_${id}_${at}`, type: 'message', status: 'completed', role: 'assistant', content: [{ type: 'output_text', text, annotations: [], logprobs: [] }] };
    }
    return { id: `fc_${id}_${at}`, type: 'function_call', status: 'completed', call_id: `call_${piece.id}`, name: piece.name, arguments: JSON.stringify(piece.input) };
  });
}

function inputOf(body: Json): Json[] {
  const { input } = body;
  return typeof input === 'string' ? [{ role: 'user', content: input }] : objects(input);
}

function textIn(content: unknown): string {
  return typeof content === 'string' ? content : objects(content).map(({ text }) => text).join('');
}

function entriesOf(item: Json): Entry[] {
  switch (item['type']) {
    case 'reasoning':
      return [['thought', String(item['id'] ?? ''), String(item['encrypted_content'] ?? ''), objects(item['summary']).map(({ text }) => text).join('')]];
    case 'function_call':
      return [['call', String(item['call_id']), String(item['name']), spelled(item['arguments'])]];
    case 'function_call_output':
      return [['result', String(item['call_id']), textIn(item['output'])]];
    case 'message':
    case undefined:
      if (item['role'] === 'user') return textEntry('user', textIn(item['content']));
      return item['role'] === 'assistant' ? textEntry('text', textIn(item['content'])) : [];
    default:
      return [];
  }
}

function responseOf(answer: Answer, output: readonly Json[], status: string): Json {
  return {
    id: `resp_${answer.id}`,
    object: 'response',
    created_at: 1_760_000_000,
    status,
    background: false,
    error: null,
    incomplete_details: null,
    instructions: null,
    max_output_tokens: null,
    model: answer.model,
    output,
    parallel_tool_calls: true,
    previous_response_id: null,
    reasoning: { effort: 'low', summary: null },
    store: false,
    temperature: 1,
    text: { format: { type: 'text' } },
    tool_choice: 'auto',
    tools: [],
    top_p: 1,
    truncation: 'disabled',
    usage: status === 'completed' ? usage : null,
    user: null,
    metadata: {},
  };
}

export const openaiResponses: Dialect = {
  path: /\/responses$/,
  streams: (_, body) => body['stream'] === true,

  problems(body) {
    const items = inputOf(body);
    const found: string[] = [];
    const calls = items.filter(({ type }) => type === 'function_call').map(({ call_id }) => String(call_id));
    const outputs = items.filter(({ type }) => type === 'function_call_output').map(({ call_id }) => String(call_id));
    // Of what is stored on the server only the new items are sent.
    const stored = typeof body['previous_response_id'] === 'string';
    if (!stored) found.push(...pairing(calls, outputs, 'input'));
    items.forEach((item, at) => {
      if (!stored && item['type'] === 'function_call_output' && !items.slice(0, at).some(({ type, call_id }) => type === 'function_call' && call_id === item['call_id'])) {
        found.push(`input[${at}]: the output stands before its call`);
      }
      if (item['type'] !== 'reasoning') return;
      const next = items[at + 1];
      const follows = next?.['type'] === 'reasoning' || next?.['type'] === 'function_call' || (next?.['role'] === 'assistant' && next['content'] !== undefined);
      if (!follows) found.push(`input[${at}]: item '${String(item['id'])}' of type 'reasoning' was provided without its required following item`);
      if (!item['encrypted_content']) found.push(`input[${at}]: reasoning without encrypted_content is not stored here`);
    });
    if (body['store'] !== false) {
      for (const [at, { id, type }] of items.entries()) if (type === 'item_reference') found.push(`input[${at}]: item '${String(id)}' not found`);
    }
    for (const tool of objects(body['tools'])) {
      if (tool['type'] === 'function' && tool['name'] === 'headroom_retrieve' && tool['strict'] !== false) found.push('tools: headroom_retrieve has optional parameters and cannot be strict');
    }
    return found;
  },

  seen: (body) => ({
    body,
    tools: objects(body['tools']).map(({ name }) => String(name)),
    entries: inputOf(body).flatMap(entriesOf),
  }),

  produced: (answer) => itemsOf(answer).flatMap(entriesOf),

  json: (answer) => responseOf(answer, itemsOf(answer), 'completed'),

  events(answer) {
    const events: WireEvent[] = [];
    let sequence_number = 0;
    const emit = (data: Json, isDelta = false) => {
      const { type, ...rest } = data;
      events.push({ data: `event: ${String(type)}\ndata: ${JSON.stringify({ type, sequence_number: sequence_number++, ...rest })}\n\n`, isDelta });
    };
    emit({ type: 'response.created', response: responseOf(answer, [], 'in_progress') });
    emit({ type: 'response.in_progress', response: responseOf(answer, [], 'in_progress') });
    itemsOf(answer).forEach((item, output_index) => {
      const piece = answer.pieces[output_index]!;
      const place = { item_id: item['id'], output_index };
      if (piece.type === 'thought') {
        emit({ type: 'response.output_item.added', output_index, item: { ...item, summary: [], encrypted_content: item['encrypted_content'] } });
        emit({ type: 'response.reasoning_summary_part.added', ...place, summary_index: 0, part: { type: 'summary_text', text: '' } });
        emit({ type: 'response.reasoning_summary_text.delta', ...place, summary_index: 0, delta: piece.text });
        emit({ type: 'response.reasoning_summary_text.done', ...place, summary_index: 0, text: piece.text });
        emit({ type: 'response.reasoning_summary_part.done', ...place, summary_index: 0, part: { type: 'summary_text', text: piece.text } });
      } else if (piece.type === 'speech') {
        const text = piece.deltas.join('');
        emit({ type: 'response.output_item.added', output_index, item: { ...item, status: 'in_progress', content: [] } });
        emit({ type: 'response.content_part.added', ...place, content_index: 0, part: { type: 'output_text', text: '', annotations: [], logprobs: [] } });
        for (const delta of piece.deltas) emit({ type: 'response.output_text.delta', ...place, content_index: 0, delta, logprobs: [] }, true);
        emit({ type: 'response.output_text.done', ...place, content_index: 0, text, logprobs: [] });
        emit({ type: 'response.content_part.done', ...place, content_index: 0, part: { type: 'output_text', text, annotations: [], logprobs: [] } });
      } else {
        const json = JSON.stringify(piece.input);
        const cut = json.length >> 1;
        emit({ type: 'response.output_item.added', output_index, item: { ...item, status: 'in_progress', arguments: '' } });
        for (const delta of [json.slice(0, cut), json.slice(cut)]) emit({ type: 'response.function_call_arguments.delta', ...place, delta });
        emit({ type: 'response.function_call_arguments.done', ...place, arguments: json, name: piece.name });
      }
      emit({ type: 'response.output_item.done', output_index, item });
    });
    emit({ type: 'response.completed', response: responseOf(answer, itemsOf(answer), 'completed') });
    return events;
  },

  error: (status, message) => ({ error: { message, type: status >= 500 ? 'server_error' : 'invalid_request_error', param: null, code: null } }),
};
