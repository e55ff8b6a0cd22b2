/**
 * From what a model produced to what it gets to read again: result content becomes prompt content.
 *
 * @module
 */
import { retrieveToolName } from '../lift/block.js';
import type { Part } from './types.js';

/** Whether `part` calls the retrieval tool. */
export function isOurCall(part: Part): boolean {
  return part.type === 'tool-call' && part['providerExecuted'] !== true && part['toolName'] === retrieveToolName;
}

/** Whether the client has to act on `part` before the conversation can go on. */
export function isForClient(part: Part): boolean {
  if (part.type === 'tool-approval-request') return true;
  return part.type === 'tool-call' && part['providerExecuted'] !== true && !isOurCall(part);
}

/** The parts of an assistant's message for what it produced; signatures and cache marks stay with their parts. */
export function promptContent(content: readonly Part[]): Part[] {
  return content.flatMap((part) => {
    const made = promptPart(part);
    if (!made) return [];
    const metadata = part['providerMetadata'];
    return [metadata === undefined || metadata === null ? made : { ...made, providerOptions: metadata }];
  });
}

function promptPart(part: Part): Part | undefined {
  switch (part.type) {
    case 'text':
      // Providers reject empty text, but what they sent along with it (a signature) they want back.
      if (part['text'] === '' && !part['providerMetadata']) return undefined;
      return { type: 'text', text: part['text'] };
    case 'reasoning':
      return { type: 'reasoning', text: part['text'] };
    case 'file':
    case 'reasoning-file':
      return { type: part.type, data: part['data'], mediaType: part['mediaType'] };
    case 'custom':
      return { type: 'custom', kind: part['kind'] };
    case 'tool-call': {
      const { toolCallId, toolName, input } = part;
      const executed = part['providerExecuted'] === true && { providerExecuted: true };
      return { type: 'tool-call', toolCallId, toolName, input: inputOf(input), ...executed };
    }
    case 'tool-result':
      return resultPart(part);
    default:
      // Sources and requests for approval are for the client alone.
      return undefined;
  }
}

/** The result of a tool that the provider ran, unless it is preliminary. */
function resultPart(part: Part): Part | undefined {
  if (part['preliminary'] === true) return undefined;
  const { toolCallId, toolName, result, isError } = part;
  const kind = `${isError === true ? 'error-' : ''}${typeof result === 'string' ? 'text' : 'json'}`;
  return { type: 'tool-result', toolCallId, toolName, output: { type: kind, value: result ?? null } };
}

/** A call's input is JSON text in a result and a value in a prompt. What is no JSON was no call of any tool. */
function inputOf(input: unknown): unknown {
  if (typeof input !== 'string') return input;
  try {
    return JSON.parse(input);
  } catch {
    return {};
  }
}
