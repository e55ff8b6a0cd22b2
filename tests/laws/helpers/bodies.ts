// Request bodies of a conversation, in every format that goes over the wire.
import { messagesOf, type Conversation, type Turn } from './conversations.ts';

export type BodyFormat = 'openai' | 'anthropic' | 'openai-responses' | 'gemini';
export const bodyFormats: readonly BodyFormat[] = ['openai', 'anthropic', 'openai-responses', 'gemini'];

/** Under which key a body has its messages. */
export const listOf: Readonly<Record<BodyFormat, string>> = {
  openai: 'messages',
  anthropic: 'messages',
  'openai-responses': 'input',
  gemini: 'contents',
};

export const modelOf: Readonly<Record<BodyFormat, string>> = {
  openai: 'gpt-4o',
  anthropic: 'claude-sonnet-4-5',
  'openai-responses': 'gpt-5',
  gemini: 'gemini-2.5-pro',
};

const parameters = { type: 'object', properties: {} };

const toolsOf: Readonly<Record<BodyFormat, readonly object[]>> = {
  openai: [{ type: 'function', function: { name: 'list', parameters } }],
  anthropic: [{ name: 'list', input_schema: parameters }],
  'openai-responses': [{ type: 'web_search' }, { type: 'function', name: 'list', parameters, strict: false }],
  gemini: [{ functionDeclarations: [{ name: 'list', parameters }] }, { googleSearch: {} }],
};

/** A request of a conversation as an object, with what a copy is prone to lose. */
export function requestOf(conversation: Conversation, format: BodyFormat, tools = true): object {
  const rest = { ...(tools && { tools: toolsOf[format] }), more: { 'kept/é': [1, null] } };
  const model = modelOf[format];
  if (format === 'gemini') {
    return { generationConfig: { temperature: 0.5 }, systemInstruction: { parts: [{ text: 'You are careful and brief.' }] }, contents: conversation.turns.flatMap(contentsOf), ...rest };
  }
  if (format === 'openai-responses') {
    return { model, temperature: 0.5, instructions: 'You are careful and brief.', input: conversation.turns.flatMap(itemsOf), ...rest };
  }
  return { model, temperature: 0.5, messages: messagesOf(conversation, format), ...rest };
}

const image = 'iVBORw0KGgo=';

function itemsOf({ question, tool, input, output }: Turn, at: number): object[] {
  const call_id = `call_${at}`;
  const custom = at % 3 === 2;
  const called = custom
    ? { type: 'custom_tool_call', id: `ctc_${at}`, call_id, name: tool, input: JSON.stringify(input) }
    : { type: 'function_call', id: `fc_${at}`, call_id, name: tool, arguments: JSON.stringify(input), status: 'completed' };
  return [
    { role: 'user', content: [{ type: 'input_text', text: question }, { type: 'input_image', image_url: `data:image/png;base64,${image}` }] },
    { type: 'reasoning', id: `rs_${at}`, summary: [], encrypted_content: 'c2ln' },
    called,
    { type: custom ? 'custom_tool_call_output' : 'function_call_output', call_id, output: at % 2 ? [{ type: 'input_text', text: output }] : output, unknown: { kept: 1.5 } },
    { type: 'mcp_call', id: `mcp_${at}`, server_label: 'docs', name: 'ask', arguments: '{}', output },
    { type: 'message', id: `msg_${at}`, role: 'assistant', content: [{ type: 'output_text', text: 'I see.', annotations: [] }] },
  ];
}

function contentsOf({ question, tool, input, output, isError }: Turn, at: number): object[] {
  const response = isError ? { error: output } : at % 2 ? { content: [{ type: 'text', text: output }], isError: false } : { result: output, code: 0 };
  return [
    { role: 'user', parts: [{ text: question }, { inlineData: { mimeType: 'image/png', data: image } }] },
    { role: 'model', parts: [{ text: 'The list first.', thought: true }, { functionCall: { name: tool, args: input }, thoughtSignature: 'c2ln' }] },
    { role: 'user', parts: [{ functionResponse: { name: tool, response } }] },
    { role: 'model', parts: [{ text: 'I see.', thoughtSignature: 'c2ln' }] },
  ];
}
