/**
 * Sessions of Claude Code, as `~/.claude/projects/<project>/<session>.jsonl` holds them.
 *
 * Each line is an event with a `uuid` and the `parentUuid` of what it follows. An answer of the model comes in one line
 * for each of its parts, which share `message.id`; results of tools are user messages. Conversations of subagents are
 * marked `isSidechain`. The system prompt and the tools' definitions are not in it.
 *
 * @module
 */
import { isShape, stringOf, type Shape } from '../../lift/block.js';
import { SessionRecorder, type Session, type Usage } from './session.js';

/** Whether a line is one of a session of Claude Code. */
export function isClaudeCodeLine(line: Shape): boolean {
  return (line['type'] === 'user' || line['type'] === 'assistant') && isShape(line['message']) && ('uuid' in line || 'sessionId' in line);
}

/** The conversations in the lines of a file. */
export function readClaudeCode(lines: readonly Shape[]): Session[] {
  const readers = new Map<string, Reader>();
  /** Which conversation of a subagent an event belongs to, by the event's `uuid`. */
  const sidechains = new Map<unknown, string>();
  for (const line of lines) {
    let name = '';
    if (line['isSidechain'] === true) {
      name = stringOf(line['agentId']) ?? sidechains.get(line['parentUuid']) ?? stringOf(line['uuid']) ?? 'subagent';
      sidechains.set(line['uuid'], name);
    }
    let reader = readers.get(name);
    if (!reader) readers.set(name, (reader = new Reader()));
    reader.read(line);
  }
  return [...readers].flatMap(([name, reader]) => reader.session(name) ?? []);
}

/** The user's or the model's message as it is put together again. */
interface Message {
  readonly role: string;
  content: unknown[];
}

class Reader {
  readonly #recorder = new SessionRecorder();
  /** Where the conversation stood after an event, by its `uuid`. */
  readonly #places = new Map<unknown, { readonly length: number; readonly requests: number }>();
  readonly #usage: Usage = { plain: 0, cached: 0, written: 0 };
  #model: string | undefined;
  /** The answer whose further parts may still come. */
  #answer: { readonly id: unknown; readonly message: Message } | undefined;

  read(line: Shape): void {
    const { message, type } = line;
    if (type === 'system' && line['subtype'] === 'compact_boundary') {
      this.#recorder.cut(0, 'the conversation was compacted');
      this.#answer = undefined;
    } else if (type === 'user' && isShape(message)) {
      this.#user(line, message);
    } else if (type === 'assistant' && isShape(message) && line['isApiErrorMessage'] !== true && message['model'] !== '<synthetic>') {
      this.#assistant(message);
    }
    if (line['uuid'] !== undefined) this.#places.set(line['uuid'], { length: this.#recorder.length, requests: this.#recorder.requests });
  }

  session(name: string): Session | undefined {
    const { events, requests } = this.#recorder;
    if (requests === 0) return undefined;
    const { plain, cached, written } = this.#usage;
    const usage = plain + cached + written > 0 ? this.#usage : undefined;
    return { source: 'Claude Code', name, format: 'anthropic', model: this.#model, events, usage };
  }

  #user(line: Shape, message: Shape): void {
    const content = partsOf(message['content']);
    const isResult = content.some((part) => isShape(part) && part['type'] === 'tool_result');
    const place = this.#places.get(line['parentUuid']);
    // Someone went back and wrote something else; results may well come in another order than their calls.
    if (!isResult && place && place.requests < this.#recorder.requests) {
      this.#recorder.cut(place.length, 'the session went back to an earlier message');
      this.#answer = undefined;
    }
    const { last } = this.#recorder;
    // Messages of the user that nothing separates are sent as one.
    if (last && (last as Message).role === 'user') (last as Message).content.push(...content);
    else this.#recorder.message({ role: 'user', content: [...content] });
  }

  #assistant(message: Shape): void {
    const { id } = message;
    const content = partsOf(message['content']);
    if (this.#answer && id !== undefined && this.#answer.id === id) {
      this.#answer.message.content.push(...content);
      return;
    }
    this.#model = stringOf(message['model']) ?? this.#model;
    this.#recorder.request();
    if (isShape(message['usage'])) this.#charge(message['usage']);
    const answer: Message = { role: 'assistant', content: [...content] };
    this.#recorder.message(answer);
    this.#answer = { id, message: answer };
  }

  #charge(usage: Shape): void {
    const read = (key: string): number => (typeof usage[key] === 'number' ? usage[key] : 0);
    this.#usage.plain += read('input_tokens');
    this.#usage.cached += read('cache_read_input_tokens');
    this.#usage.written += read('cache_creation_input_tokens');
  }
}

function partsOf(content: unknown): unknown[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return Array.isArray(content) ? content : [];
}
