/**
 * What every adapter makes of its messages, and how changed texts get back into them.
 *
 * Owns the shape of a lifted block and the immutable edit. It knows no format and holds no policy.
 *
 * @module
 */

/** A message of some format: read by shape, since three formats and their versions share no type. */
export type Shape = { readonly [key: string]: unknown };

/** Who a message is from. */
export type Role = 'system' | 'user' | 'assistant' | 'tool';

/** What a text is in its message. */
export type BlockType = 'text' | 'tool-result' | 'server-tool-result' | 'mcp-result' | 'citation' | 'retrieved';

/** One text with what is known about where it stands, as the core takes it. */
export interface Block {
  readonly message: number;
  readonly part: number;
  readonly role: Role;
  readonly type: BlockType;
  readonly toolName?: string;
  /** The arguments of the call that the text answers, as JSON text. */
  readonly callArguments?: string;
  readonly isError?: boolean;
  readonly off?: boolean;
  readonly lossless?: boolean;
  readonly query?: string;
  /** Whether the text has lone surrogates: it is counted and never changed. */
  readonly malformed?: boolean;
}

/** Where a text stands in the messages, and what to put there for a new one. */
export interface Place {
  /** Keys from the list of messages down to the value that is replaced. */
  readonly path: readonly (string | number)[];
  /** The value for a new text; the text itself by default. */
  readonly wrap?: (text: string) => unknown;
}

/** The texts of a list of messages. */
export interface Lifted {
  readonly texts: string[];
  readonly blocks: Block[];
  readonly places: Place[];
}

/** The name under which the retrieval tool is declared. */
export const retrieveToolName = 'headroom_retrieve';

/**
 * Whether a tool of this name is the retrieval tool, by itself or served over MCP, where clients put the
 * server's name in front.
 */
export function isRetrieval(name: string | undefined): boolean {
  return name === retrieveToolName || name?.endsWith(`__${retrieveToolName}`) === true;
}

/**
 * How many texts may carry a copy of the same arguments. A call has one result, of a few texts; without a bound,
 * messages that answer one huge call again and again would make work that grows with the square of their size.
 */
const argumentCopies = 16;

/** A call of a tool, as the results that answer it need it. */
interface ToolCall {
  readonly name: string | undefined;
  /** JSON text. */
  readonly arguments: string | undefined;
  /** Whether a program of the model made the call, which then reads the result, at the provider. */
  readonly byProgram: boolean;
  copies: number;
}

/** What a result says about its call. */
export type CallFacts = Pick<Block, 'type' | 'toolName' | 'callArguments'>;

/** Collects the texts of a list of messages, in order. */
export class Lifter implements Lifted {
  readonly texts: string[] = [];
  readonly blocks: Block[] = [];
  readonly places: Place[] = [];
  readonly #calls = new Map<string, ToolCall>();

  /** Notes a call under the key by which its result will name it. */
  call(key: unknown, name: unknown, callArguments: string | undefined, byProgram = false): void {
    if (typeof key !== 'string') return;
    this.#calls.set(key, { name: stringOf(name), arguments: callArguments, byProgram, copies: 0 });
  }

  /**
   * What is known of the result of the call under `key`; `name` is what the result itself calls the tool. An
   * answer of ours is told apart: it is never compressed again.
   */
  resultOf(key: unknown, name?: unknown): CallFacts {
    const call = typeof key === 'string' ? this.#calls.get(key) : undefined;
    const toolName = call?.name ?? stringOf(name);
    const copied = call?.arguments !== undefined && call.copies++ < argumentCopies;
    const answered = isRetrieval(toolName) ? 'retrieved' : 'tool-result';
    return {
      type: call?.byProgram ? 'server-tool-result' : answered,
      ...(toolName !== undefined && { toolName }),
      ...(copied && { callArguments: call.arguments }),
    };
  }

  /** Adds a text. What is not a string is not a text. */
  add(text: unknown, block: Block, place: Place): void {
    if (typeof text !== 'string') return;
    const wellFormed = text.isWellFormed();
    this.texts.push(wellFormed ? text : text.toWellFormed());
    this.blocks.push(wellFormed ? block : { ...block, malformed: true });
    this.places.push(place);
  }
}

/** Whether `value` is an object that can be read by key. */
export function isShape(value: unknown): value is Shape {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What `table` holds under `key`, if that is one of its own keys: keys come from messages, where any value may stand. */
export function ownEntry<Value>(table: Readonly<Record<string, Value>>, key: unknown): Value | undefined {
  return typeof key === 'string' && Object.hasOwn(table, key) ? table[key] : undefined;
}

/** `value` if it is a string. */
export function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** JSON text of `value`; the empty string for what has none (a cycle, a function, a big integer). */
export function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    return '';
  }
}

/**
 * `root` with `texts[i]` at the place of block `changed[i]`. Everything that does not lie on the way to a
 * change is the same object as before; without changes `root` itself is returned.
 */
export function putBack<Root>(root: Root, lifted: Lifted, changed: readonly number[], texts: readonly string[]): Root {
  const fresh = new Set<unknown>();
  const copy = (value: unknown): Record<string | number, unknown> => {
    if (fresh.has(value)) return value as Record<string | number, unknown>;
    const made = Array.isArray(value) ? value.slice() : { ...(value as object) };
    fresh.add(made);
    return made as unknown as Record<string | number, unknown>;
  };
  let result: unknown = root;
  changed.forEach((index, at) => {
    const { path, wrap } = lifted.places[index]!;
    const text = texts[at]!;
    result = copy(result);
    let parent = result as Record<string | number, unknown>;
    for (const key of path.slice(0, -1)) {
      const child = copy(parent[key]);
      parent[key] = child;
      parent = child;
    }
    parent[path[path.length - 1]!] = wrap ? wrap(text) : text;
  });
  return result as Root;
}
