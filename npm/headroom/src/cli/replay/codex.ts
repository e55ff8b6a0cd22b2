/**
 * Sessions of Codex, as `~/.codex/sessions/<year>/<month>/<day>/rollout-….jsonl` holds them.
 *
 * Each line has a `type` and a `payload`; those of type `response_item` are items of the Responses API, which become
 * messages here. In older files the items stand in the lines themselves.
 *
 * @module
 */
import { isShape, jsonOf, stringOf, type Shape } from '../../lift/block.js';
import { SessionRecorder, type Session, type Usage } from './session.js';

const itemTypes = ['message', 'function_call', 'function_call_output', 'custom_tool_call', 'custom_tool_call_output', 'local_shell_call', 'reasoning'];

/** Whether a line is one of a session of Codex. */
export function isCodexLine(line: Shape): boolean {
  if (isShape(line['payload'])) return ['session_meta', 'response_item', 'turn_context', 'event_msg', 'compacted'].includes(String(line['type']));
  return itemTypes.includes(String(line['type'])) && ('call_id' in line || 'content' in line || 'summary' in line);
}

/** The conversation in the lines of a file. */
export function readCodex(lines: readonly Shape[]): Session[] {
  const reader = new Reader();
  for (const line of lines) reader.read(line);
  return reader.sessions();
}

class Reader {
  readonly #recorder = new SessionRecorder();
  /** How many messages stood before each message of the person. */
  readonly #prompts: number[] = [];
  #model: string | undefined;
  #usage: Usage | undefined;
  /** Whether the latest items are of one answer of the model. */
  #inAnswer = false;

  read(line: Shape): void {
    const payload = isShape(line['payload']) ? line['payload'] : line;
    switch (line['type']) {
      case 'session_meta':
        this.#instructions(payload['base_instructions']);
        break;
      case 'turn_context':
        this.#model = stringOf(payload['model']) ?? this.#model;
        break;
      case 'compacted':
        this.#compacted(payload);
        break;
      case 'event_msg':
        this.#event(payload);
        break;
      case 'response_item':
      default:
        this.#item(payload);
    }
  }

  sessions(): Session[] {
    const { events, requests } = this.#recorder;
    if (requests === 0) return [];
    return [{ source: 'Codex', name: '', format: 'openai', model: this.#model, events, usage: this.#usage }];
  }

  #instructions(given: unknown): void {
    const text = isShape(given) ? stringOf(given['text']) : stringOf(given);
    if (text !== undefined && this.#recorder.length === 0) this.#recorder.message({ role: 'system', content: text });
  }

  #compacted(payload: Shape): void {
    this.#recorder.cut(0, 'the conversation was compacted');
    this.#prompts.length = 0;
    this.#inAnswer = false;
    const { replacement_history: history } = payload;
    if (!Array.isArray(history)) {
      const summary = stringOf(payload['message']);
      if (summary !== undefined) this.#recorder.message({ role: 'user', content: summary });
      return;
    }
    // What the model said then is no new request.
    for (const item of history) if (isShape(item)) this.#add(item);
  }

  #event(payload: Shape): void {
    if (payload['type'] === 'token_count' && isShape(payload['info'])) {
      const { total_token_usage: total } = payload['info'];
      if (!isShape(total)) return;
      const read = (key: string): number => (typeof total[key] === 'number' ? total[key] : 0);
      const cached = read('cached_input_tokens');
      this.#usage = { plain: read('input_tokens') - cached, cached, written: 0 };
    } else if (payload['type'] === 'thread_rolled_back' && typeof payload['num_turns'] === 'number') {
      const keep = this.#prompts.splice(-Math.max(1, payload['num_turns']))[0];
      if (keep !== undefined) this.#recorder.cut(keep, 'the session went back to an earlier message');
      this.#inAnswer = false;
    }
  }

  #item(item: Shape): void {
    const isModels = item['type'] === 'message' ? item['role'] === 'assistant' : !String(item['type']).endsWith('_output');
    if (!itemTypes.includes(String(item['type']))) return;
    if (isModels && !this.#inAnswer) this.#recorder.request();
    this.#inAnswer = isModels;
    this.#add(item);
  }

  #add(item: Shape): void {
    const { role } = item;
    // What the client itself says in the person's name is in angle brackets.
    const isPrompt = item['type'] === 'message' && role === 'user' && !textOf(item['content']).startsWith('<');
    if (isPrompt) this.#prompts.push(this.#recorder.length);
    const message = messageOf(item);
    if (message) this.#recorder.message(message);
  }
}

/** An item as a message of Chat Completions; reasoning is encrypted and becomes none. */
function messageOf(item: Shape): object | undefined {
  const id = stringOf(item['call_id']) ?? '';
  switch (item['type']) {
    case 'message':
      return { role: stringOf(item['role']) ?? 'user', content: textOf(item['content']) };
    case 'function_call':
      return call({ id, type: 'function', function: { name: item['name'], arguments: item['arguments'] } });
    case 'custom_tool_call':
      return call({ id, type: 'custom', custom: { name: item['name'], input: item['input'] } });
    case 'local_shell_call':
      return call({ id, type: 'function', function: { name: 'local_shell', arguments: jsonOf(item['action']) } });
    case 'function_call_output':
    case 'custom_tool_call_output':
      return { role: 'tool', tool_call_id: id, content: textOf(item['output']) };
    default:
      return undefined;
  }
}

function call(made: object): object {
  return { role: 'assistant', content: null, tool_calls: [made] };
}

/** The text of a content: a string, a list of parts, or an object around either. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (Array.isArray(content)) return content.map((part: unknown) => (isShape(part) ? (stringOf(part['text']) ?? '') : '')).join('');
  return isShape(content) ? textOf(content['content'] ?? content['output'] ?? '') : '';
}
