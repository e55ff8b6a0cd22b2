// The same conversation in every format, with everything beside the text that an adapter could lose.
import { lines, rows } from './engine.ts';

export const bulky = lines(60);
export const bulkyRows = rows(60);

/** Of OpenAI Chat Completions. */
export function openAiConversation() {
  return [
    { role: 'developer', content: [{ type: 'text', text: 'You are a careful assistant.' }] },
    {
      role: 'user',
      name: 'anna',
      content: [
        { type: 'text', text: 'What is wrong with the entries?' },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA', detail: 'low' } },
        { type: 'file', file: { file_id: 'file-1' } },
      ],
    },
    {
      role: 'assistant',
      content: null,
      refusal: null,
      tool_calls: [
        { id: 'call_1', type: 'function', function: { name: 'list', arguments: '{"all": true}' } },
        { id: 'call_2', type: 'function', function: { name: 'Read', arguments: '{"file":"a.txt"}' } },
      ],
    },
    { role: 'tool', tool_call_id: 'call_1', content: bulky },
    { role: 'tool', tool_call_id: 'call_2', content: [{ type: 'text', text: bulky }] },
    { role: 'assistant', content: 'Let me look at the rows.', function_call: { name: 'rows', arguments: '{}' } },
    { role: 'function', name: 'rows', content: bulkyRows },
    { role: 'assistant', content: [{ type: 'text', text: 'Nothing.' }, { type: 'refusal', refusal: 'no' }], audio: { id: 'audio_1' } },
    { role: 'user', content: 'Thanks.' },
  ];
}

/** Of Anthropic's Messages API. */
export function anthropicConversation() {
  return [
    {
      role: 'user',
      content: [
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
        { type: 'document', title: 'A title', context: 'A context', source: { type: 'text', media_type: 'text/plain', data: bulky }, citations: { enabled: true } },
        { type: 'text', text: 'What is wrong with the entries?', cache_control: { type: 'ephemeral' } },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'The list first.', signature: 'c2lnbmF0dXJl' },
        { type: 'redacted_thinking', data: 'AAAA' },
        { type: 'text', text: 'Let me look.' },
        { type: 'tool_use', id: 'toolu_1', name: 'list', input: { all: true } },
        { type: 'tool_use', id: 'toolu_2', name: 'Grep', input: { pattern: 'x' } },
        { type: 'tool_use', id: 'toolu_3', name: 'rows', input: {} },
      ],
    },
    {
      role: 'user',
      content: [
        {
          type: 'tool_result',
          tool_use_id: 'toolu_1',
          cache_control: { type: 'ephemeral', ttl: '1h' },
          content: [
            { type: 'text', text: bulky },
            { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } },
            { type: 'text', text: bulkyRows },
            { type: 'search_result', source: 'https://example.com', title: 'Found', content: [{ type: 'text', text: bulky }] },
          ],
        },
        { type: 'tool_result', tool_use_id: 'toolu_2', content: bulky },
        { type: 'tool_result', tool_use_id: 'toolu_3', is_error: true, content: bulky },
        { type: 'text', text: 'And there is more.' },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'server_tool_use', id: 'srvtoolu_1', name: 'code_execution', input: { code: 'print(1)' } },
        { type: 'code_execution_tool_result', tool_use_id: 'srvtoolu_1', content: { type: 'code_execution_result', stdout: bulky, stderr: '', return_code: 0, content: [] } },
        { type: 'mcp_tool_use', id: 'mcptoolu_1', name: 'search', server_name: 's', input: {} },
        { type: 'mcp_tool_result', tool_use_id: 'mcptoolu_1', is_error: false, content: [{ type: 'text', text: bulky }] },
        { type: 'text', text: 'As it says.', citations: [{ type: 'char_location', cited_text: 'entry', document_index: 0 }] },
      ],
    },
    { role: 'user', content: 'Thanks.' },
  ];
}

/** A prompt of the AI SDK as a language model gets it. */
export function aiSdkConversation() {
  return [
    { role: 'system', content: 'You are a careful assistant.', providerOptions: { anthropic: { cacheControl: { type: 'ephemeral' } } } },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What is wrong with the entries?', providerOptions: { anthropic: { cacheControl: { type: 'ephemeral' } } } },
        { type: 'file', mediaType: 'image/png', data: new Uint8Array([1, 2, 3]) },
        { type: 'file', mediaType: 'application/pdf', data: new URL('https://example.com/a.pdf'), filename: 'a.pdf' },
      ],
      providerOptions: { custom: { key: 'value' } },
    },
    {
      role: 'assistant',
      content: [
        { type: 'reasoning', text: 'The list first.', providerOptions: { anthropic: { signature: 'c2lnbmF0dXJl' } } },
        { type: 'text', text: 'Let me look.' },
        { type: 'tool-call', toolCallId: 'call_1', toolName: 'list', input: { all: true }, providerOptions: { google: { thoughtSignature: 'x' } } },
        { type: 'tool-call', toolCallId: 'call_2', toolName: 'rows', input: {} },
        { type: 'tool-call', toolCallId: 'call_3', toolName: 'mixed', input: {} },
        { type: 'tool-call', toolCallId: 'call_4', toolName: 'fails', input: {} },
        { type: 'tool-call', toolCallId: 'call_5', toolName: 'fails', input: {} },
        { type: 'tool-call', toolCallId: 'call_6', toolName: 'web', input: {}, providerExecuted: true },
        { type: 'tool-result', toolCallId: 'call_6', toolName: 'web', output: { type: 'text', value: bulky } },
      ],
      providerOptions: { openai: { itemId: 'msg_1' } },
    },
    {
      role: 'tool',
      content: [
        { type: 'tool-result', toolCallId: 'call_1', toolName: 'list', output: { type: 'text', value: bulky, providerOptions: { anthropic: { cacheControl: { type: 'ephemeral' } } } }, providerOptions: { a: { b: 1 } } },
        { type: 'tool-result', toolCallId: 'call_2', toolName: 'rows', output: { type: 'json', value: { all: bulky.split('\n') }, providerOptions: { c: { d: 2 } } } },
        {
          type: 'tool-result',
          toolCallId: 'call_3',
          toolName: 'mixed',
          output: {
            type: 'content',
            value: [
              { type: 'text', text: 'short' },
              { type: 'image-data', data: 'AAAA', mediaType: 'image/png', providerOptions: { e: { f: 3 } } },
              { type: 'text', text: bulky, providerOptions: { g: { h: 4 } } },
              { type: 'file-url', url: 'https://example.com/b.pdf' },
            ],
          },
        },
        { type: 'tool-result', toolCallId: 'call_4', toolName: 'fails', output: { type: 'error-text', value: bulky } },
        { type: 'tool-result', toolCallId: 'call_5', toolName: 'fails', output: { type: 'error-json', value: { message: 'x' } } },
        { type: 'tool-approval-response', approvalId: 'approval_1', approved: true },
      ],
    },
    { role: 'user', content: [{ type: 'text', text: 'Thanks.' }] },
  ];
}

/** Freezes a value and everything in it, so that a test fails where it is written to. */
export function frozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) {
    Object.values(value).forEach(frozen);
    Object.freeze(value);
  }
  return value;
}
