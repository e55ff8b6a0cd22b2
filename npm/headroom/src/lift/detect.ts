/**
 * Whose messages these are, by their shape.
 *
 * @module
 */
import { isShape, ownEntry, type Shape } from './block.js';

/** The formats of messages that can be lifted. */
export type Format = 'openai' | 'anthropic' | 'ai-sdk';

/** The part types that one format alone has. */
const tellingParts: Readonly<Record<string, Format>> = {
  'tool-call': 'ai-sdk',
  'tool-result': 'ai-sdk',
  'tool-approval-request': 'ai-sdk',
  'tool-approval-response': 'ai-sdk',
  reasoning: 'ai-sdk',
  'reasoning-file': 'ai-sdk',
  tool_use: 'anthropic',
  tool_result: 'anthropic',
  server_tool_use: 'anthropic',
  mcp_tool_use: 'anthropic',
  thinking: 'anthropic',
  redacted_thinking: 'anthropic',
  document: 'anthropic',
  search_result: 'anthropic',
  image_url: 'openai',
  input_audio: 'openai',
  refusal: 'openai',
};

/**
 * The format of `messages`. Where nothing but plain text tells, a Claude model means Anthropic and anything else
 * OpenAI: the shapes are the same then, and only the retrieval tool is written differently.
 */
export function detectFormat(messages: readonly unknown[], model: string | undefined): Format {
  for (const message of messages) {
    const format = isShape(message) ? formatOfMessage(message) : undefined;
    if (format) return format;
  }
  return model !== undefined && /(^|[/.])claude/.test(model) ? 'anthropic' : 'openai';
}

function formatOfMessage(message: Shape): Format | undefined {
  if ('tool_calls' in message || 'tool_call_id' in message || message['role'] === 'developer') return 'openai';
  if ('providerOptions' in message) return 'ai-sdk';
  const content = message['content'];
  for (const part of Array.isArray(content) ? (content as unknown[]) : []) {
    const format = isShape(part) ? formatOfPart(part) : undefined;
    if (format) return format;
  }
  return undefined;
}

function formatOfPart(part: Shape): Format | undefined {
  const { type } = part;
  const told = ownEntry(tellingParts, type);
  if (told) return told;
  if ('providerOptions' in part || 'mediaType' in part) return 'ai-sdk';
  if (type === 'image') return 'source' in part ? 'anthropic' : 'ai-sdk';
  if (type === 'file') return 'file' in part ? 'openai' : 'ai-sdk';
  if ('cache_control' in part) return 'anthropic';
  return undefined;
}
