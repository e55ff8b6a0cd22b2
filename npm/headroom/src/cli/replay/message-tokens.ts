/**
 * Tokens of whole messages, with the calls of tools in them.
 *
 * Thinking, reasoning and images count nothing: they are the same with and without Headroom.
 *
 * @module
 */
import { isShape, jsonOf, type Shape } from '../../lift/block.js';

/** Tokens of `message`, of any format. */
export function messageTokens(message: object, count: (text: string) => number): number {
  const { content, tool_calls: calls } = message as Shape;
  const called = Array.isArray(calls) ? calls.filter(isShape).map((call) => callText(call['function'] ?? call['custom'])) : [];
  return [...textsIn(content), ...called].reduce((sum, text) => sum + (text === '' ? 0 : count(text)), 0);
}

function textsIn(content: unknown): string[] {
  if (typeof content === 'string') return [content];
  if (Array.isArray(content)) return content.flatMap(textsIn);
  if (!isShape(content)) return [];
  switch (content['type']) {
    case 'text':
      return textsIn(content['text']);
    case 'tool_use':
      return [`${String(content['name'])}${jsonOf(content['input'])}`];
    case 'tool-call':
      return [`${String(content['toolName'])}${written(content['input'])}`];
    case 'tool_result':
      return textsIn(content['content']);
    case 'tool-result': {
      const { output } = content;
      if (!isShape(output)) return [];
      return output['type'] === 'content' ? textsIn(output['value']) : [written(output['value'])];
    }
    default:
      return [];
  }
}

function callText(called: unknown): string {
  return isShape(called) ? `${String(called['name'])}${written(called['arguments'] ?? called['input'])}` : '';
}

function written(value: unknown): string {
  return typeof value === 'string' ? value : jsonOf(value);
}
