/**
 * Messages of Anthropic's Messages API.
 *
 * Owns where their texts stand: which parts hold text, whose it is, and which calls they make. Thinking, images
 * and uploads hold none. Parts of an unknown type are left alone, but inside the result of a server tool their
 * texts are found, so that they are counted. What may be done to a text is decided in the core.
 *
 * @module
 */
import { isShape, jsonOf, Lifter, ownEntry, type BlockType, type Lifted, type Role, type Shape } from './block.js';

type Path = readonly (string | number)[];

/** How deep contents may stand inside contents. Real requests reach four. */
const deepest = 32;

/** A text and what its place in the message says about it. */
interface Found {
  readonly text: string;
  readonly part: number;
  readonly path: Path;
  readonly standing: Standing;
}

/** The result of a function tool carries the call it answers; texts of unknown parts count only inside known ones. */
type Standing = Exclude<BlockType, 'tool-result' | 'retrieved'> | 'unknown' | { readonly answers: unknown; readonly isError: boolean };

const roles: Readonly<Record<string, Role>> = { user: 'user', assistant: 'assistant', system: 'system' };

/** Lifts the texts out of Messages API messages. */
export function liftAnthropic(messages: readonly unknown[]): Lifted {
  const lifter = new Lifter();
  messages.forEach((message, index) => {
    if (!isShape(message)) return;
    for (const found of inContent(message['content'], 0, [index, 'content'], 0)) take(lifter, found, message, index);
    for (const part of Array.isArray(message['content']) ? (message['content'] as unknown[]) : []) {
      if (isShape(part) && part['type'] === 'tool_use') lifter.call(part['id'], part['name'], argumentsOf(part), isByProgram(part['caller']));
    }
  });
  return lifter;
}

function argumentsOf(call: Shape): string | undefined {
  return call['input'] === undefined ? undefined : jsonOf(call['input']);
}

/** Whether the `caller` of a call is not the model itself but a program of it. */
function isByProgram(caller: unknown): boolean {
  return isShape(caller) && typeof caller['type'] === 'string' && caller['type'] !== 'direct';
}

function take(lifter: Lifter, found: Found, message: Shape, index: number): void {
  const { standing, part, path, text } = found;
  if (standing === 'unknown') return;
  const role = ownEntry(roles, message['role']);
  // Texts of a role that is none of the format's are counted and left alone.
  const from = role === undefined ? ({ role: 'system', off: true } as const) : { role };
  if (typeof standing === 'string') {
    lifter.add(text, { message: index, part, ...from, type: standing }, { path });
    return;
  }
  const block = {
    message: index,
    part,
    ...from,
    ...(role !== undefined && { role: 'tool' as const }),
    ...lifter.resultOf(standing.answers),
    ...(standing.isError && { isError: true }),
  };
  lifter.add(text, block, { path });
}

/** The texts of a string, a list of parts, or, inside the results of server tools, a single part. */
function inContent(content: unknown, part: number, path: Path, depth: number): Found[] {
  if (depth > deepest) return [];
  if (typeof content === 'string') return [{ text: content, part, path, standing: 'text' }];
  if (isShape(content)) return inPart(content, part, path, depth);
  if (!Array.isArray(content)) return [];
  return content.flatMap((item: unknown, at) => (isShape(item) ? inPart(item, part + at, [...path, at], depth) : []));
}

function inPart(part: Shape, at: number, path: Path, depth: number): Found[] {
  const found = textsOf(part, at, path, depth);
  const cited = isCited(part['citations']) && found.some(({ standing }) => standing !== 'unknown');
  return cited ? all(found, 'citation') : found;
}

function textsOf(part: Shape, at: number, path: Path, depth: number): Found[] {
  const own = (key: string): Found[] =>
    typeof part[key] === 'string' ? [{ text: part[key], part: at, path: [...path, key], standing: 'text' }] : [];
  const inner = (): Found[] => inContent(part['content'], at, [...path, 'content'], depth + 1);
  const source = (): Found[] => inSource(part['source'], at, [...path, 'source'], depth + 1);
  const type = typeof part['type'] === 'string' ? part['type'] : '';
  switch (type) {
    case 'text':
      return own('text');
    case 'tool_result': {
      const standing = { answers: part['tool_use_id'], isError: part['is_error'] === true };
      return inner()
        .filter((found) => found.standing !== 'unknown')
        .map((found) => (found.standing === 'text' ? { ...found, standing } : found));
    }
    case 'document':
    case 'search_result':
      return all([...own('title'), ...own('context'), ...source(), ...inner()], 'citation');
    case 'tool_use':
    case 'thinking':
    case 'redacted_thinking':
    case 'image':
    case 'server_tool_use':
    case 'mcp_tool_use':
      return [];
    default: {
      const texts = [...own('title'), ...own('text'), ...source(), ...inner(), ...own('stdout'), ...own('stderr')];
      if (type === 'mcp_tool_result') return all(texts, 'mcp-result');
      return all(texts, type.endsWith('_tool_result') ? 'server-tool-result' : 'unknown');
    }
  }
}

/** The source of a document: plain text, or contents of its own. Anything else (files, links, images) has none. */
function inSource(source: unknown, at: number, path: Path, depth: number): Found[] {
  if (!isShape(source)) return [];
  if (source['type'] === 'text' && typeof source['data'] === 'string') {
    return [{ text: source['data'], part: at, path: [...path, 'data'], standing: 'text' }];
  }
  return source['type'] === 'content' ? inContent(source['content'], at, [...path, 'content'], depth) : [];
}

function all(found: readonly Found[], standing: Standing): Found[] {
  return found.map((text) => ({ ...text, standing }));
}

/** Whether its part is cited by position, or cites: the switch of a document, or the list of a text of the model. */
function isCited(citations: unknown): boolean {
  if (Array.isArray(citations)) return citations.length > 0;
  return isShape(citations) ? citations['enabled'] === true : citations === true;
}
