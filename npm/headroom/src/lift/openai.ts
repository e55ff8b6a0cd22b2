/**
 * Messages of OpenAI Chat Completions.
 *
 * Owns where their texts stand: `content` as a string or as parts of type `text`; refusals, images, audio and
 * files are no texts here. What may be done to a text is decided in the core.
 *
 * @module
 */
import { isShape, Lifter, ownEntry, stringOf, type Lifted, type Role, type Shape } from './block.js';

const roles: Readonly<Record<string, Role>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  assistant: 'assistant',
  tool: 'tool',
  function: 'tool',
};

/** Lifts the texts out of Chat Completions messages. */
export function liftOpenAi(messages: readonly unknown[]): Lifted {
  const lifter = new Lifter();
  messages.forEach((message, index) => {
    if (!isShape(message)) return;
    liftMessage(lifter, message, index);
    noteCalls(lifter, message);
  });
  return lifter;
}

function liftMessage(lifter: Lifter, message: Shape, index: number): void {
  const role = ownEntry(roles, message['role']);
  const content = message['content'];
  // Texts of a role that is none of the format's are counted and left alone.
  const from = role === undefined ? ({ role: 'system', off: true } as const) : { role };
  const add = (text: unknown, part: number, path: readonly (string | number)[]): void => {
    if (typeof text !== 'string') return;
    const facts = role === 'tool' ? lifter.resultOf(callKey(message), message['name']) : ({ type: 'text' } as const);
    lifter.add(text, { message: index, part, ...from, ...facts }, { path });
  };
  if (!Array.isArray(content)) return add(content, 0, [index, 'content']);
  content.forEach((part: unknown, at) => {
    if (isShape(part) && part['type'] === 'text') add(part['text'], at, [index, 'content', at, 'text']);
  });
}

/** How a result names its call: by its id, and the older kind by the function's name. */
function callKey(message: Shape): unknown {
  return message['role'] === 'function' ? functionKey(message['name']) : message['tool_call_id'];
}

function functionKey(name: unknown): string {
  return `function:${stringOf(name) ?? ''}`;
}

function noteCalls(lifter: Lifter, message: Shape): void {
  const calls = message['tool_calls'];
  for (const call of Array.isArray(calls) ? (calls as unknown[]) : []) {
    if (!isShape(call)) continue;
    const { function: called, custom } = call;
    // Even a call of nothing is the latest under its id.
    if (isShape(called)) lifter.call(call['id'], called['name'], stringOf(called['arguments']));
    else if (isShape(custom)) lifter.call(call['id'], custom['name'], stringOf(custom['input']));
    else lifter.call(call['id'], undefined, undefined);
  }
  const called = message['function_call'];
  if (isShape(called) && typeof called['name'] === 'string') lifter.call(functionKey(called['name']), called['name'], stringOf(called['arguments']));
}
