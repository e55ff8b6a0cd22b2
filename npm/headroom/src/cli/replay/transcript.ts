/**
 * Whose transcript a file is, and the sessions in it.
 *
 * @module
 */
import { isShape, type Shape } from '../../lift/block.js';
import { inputError } from '../exit-codes.js';
import { isClaudeCodeLine, readClaudeCode } from './claude-code.js';
import { isCodexLine, readCodex } from './codex.js';
import { readMessages, readMessagesDocument } from './messages.js';
import type { Session } from './session.js';

/** What a file holds. */
export interface Transcript {
  readonly sessions: readonly Session[];
  /** Lines that are no JSON, such as the last one of a session that is still being written. */
  readonly unreadable: number;
}

/** Reads the transcript `text` of the file `name`. */
export function readTranscript(text: string, name: string): Transcript {
  const { objects, unreadable } = linesOf(text);
  const sessions = sessionsIn(text, objects);
  if (sessions === undefined) {
    throw inputError(`${name} is no transcript that can be read: a session of Claude Code or Codex (.jsonl), or JSON of messages, is expected`);
  }
  if (sessions.length === 0) throw inputError(`${name} holds no request: nothing was asked of a model in it`);
  return { sessions, unreadable };
}

function sessionsIn(text: string, lines: readonly Shape[]): readonly Session[] | undefined {
  if (lines.some(isClaudeCodeLine)) return readClaudeCode(lines);
  if (lines.some(isCodexLine)) return readCodex(lines);
  const document = readMessagesDocument(parsed(text));
  if (document) return document;
  return lines.length > 0 && lines.every((line) => typeof line['role'] === 'string') ? readMessages(lines, undefined) : undefined;
}

function linesOf(text: string): { objects: Shape[]; unreadable: number } {
  const objects: Shape[] = [];
  let unreadable = 0;
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const value = parsed(line);
    if (isShape(value)) objects.push(value);
    else unreadable += 1;
  }
  return { objects, unreadable: objects.length > 0 ? unreadable : 0 };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
