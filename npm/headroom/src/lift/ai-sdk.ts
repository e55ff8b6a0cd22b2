/**
 * Messages of the Vercel AI SDK: prompts as a language model gets them (specification V2, V3 and V4) and
 * the `ModelMessage`s of applications, which have the same shapes.
 *
 * Owns where their texts stand. What may be done to a text is decided in the core.
 *
 * @module
 */
import { HeadroomConfigError } from '../errors.js';
import { isShape, jsonOf, Lifter, type Block, type Lifted, type Role, type Shape } from './block.js';

/** What `providerOptions.headroom` of a message, a part or a call may hold. */
export interface HeadroomProviderOptions {
  /** `"off"` leaves the message, the part or the request as it is. */
  readonly mode?: 'off';
  /** Lossless compression only. */
  readonly lossless?: boolean;
  /** What the reader wants to know, instead of the call's arguments and the question before it. */
  readonly query?: string;
}

/** What stands around a text: who it is from, where, and what the caller asked for. */
interface Surroundings {
  readonly message: number;
  readonly role: Role;
  readonly overrides: Pick<Block, 'off' | 'lossless' | 'query'>;
}

/**
 * The options under `providerOptions.headroom` of `holder`. Unknown keys and wrong types are errors: an option
 * that is accepted and ignored helps nobody.
 */
export function headroomOptionsOf(holder: Shape | undefined): HeadroomProviderOptions | undefined {
  const all = holder?.['providerOptions'];
  const options = isShape(all) ? all['headroom'] : undefined;
  if (options === undefined || options === null) return undefined;
  if (!isShape(options)) throw new HeadroomConfigError('providerOptions.headroom', 'must be an object');
  for (const [key, value] of Object.entries(options)) {
    const path = `providerOptions.headroom.${key}`;
    if (key === 'mode') {
      if (value !== undefined && value !== 'off') throw new HeadroomConfigError(path, 'must be "off"');
    } else if (key === 'lossless') {
      if (value !== undefined && typeof value !== 'boolean') throw new HeadroomConfigError(path, 'must be true or false');
    } else if (key === 'query') {
      if (value !== undefined && typeof value !== 'string') throw new HeadroomConfigError(path, 'must be a string');
    } else if (key !== hiddenMark) {
      throw new HeadroomConfigError(path, 'is unknown; known are mode, lossless and query');
    }
  }
  return options as HeadroomProviderOptions;
}

/**
 * The key under `providerMetadata.headroom` that Headroom sets on visible parts of a turn with hidden rounds;
 * the SDK hands it back under `providerOptions.headroom`.
 */
export const hiddenMark = 'hidden';

/** What the innermost of `holders` says about its text, key by key. */
function overridesOf(...holders: (Shape | undefined)[]): Surroundings['overrides'] {
  const overrides: { off?: boolean; lossless?: boolean; query?: string } = {};
  for (const holder of holders) {
    const options = headroomOptionsOf(holder);
    if (options?.mode === 'off') overrides.off = true;
    if (options?.lossless !== undefined) overrides.lossless = options.lossless;
    if (options?.query !== undefined) overrides.query = options.query;
  }
  return overrides;
}

function roleOf(role: unknown): Role {
  return role === 'system' || role === 'assistant' || role === 'tool' ? role : 'user';
}

/** Lifts the texts out of a prompt or a list of `ModelMessage`s. */
export function liftAiSdk(messages: readonly unknown[]): Lifted {
  const lifter = new Lifter();
  messages.forEach((message, index) => {
    if (!isShape(message)) return;
    const role = roleOf(message['role']);
    const content = message['content'];
    if (typeof content === 'string') {
      const block = { message: index, part: 0, role, type: 'text', ...overridesOf(message) } as const;
      lifter.add(content, block, { path: [index, 'content'] });
    } else if (Array.isArray(content)) {
      content.forEach((part: unknown, at) => {
        if (isShape(part)) liftPart(lifter, part, at, { message: index, role, overrides: overridesOf(message, part) });
      });
    }
  });
  return lifter;
}

function liftPart(lifter: Lifter, part: Shape, at: number, around: Surroundings): void {
  const { message, role, overrides } = around;
  switch (part['type']) {
    case 'text':
      lifter.add(part['text'], { message, part: at, role, type: 'text', ...overrides }, { path: [message, 'content', at, 'text'] });
      break;
    case 'tool-call':
      lifter.call(part['toolCallId'], part['toolName'], argumentsOf(part['input']));
      break;
    case 'tool-result':
      liftResult(lifter, part, at, around);
      break;
    default:
    // Reasoning is signed and files are not text: neither is read, and both stay the same objects.
  }
}

/** A call's input as JSON text: an object in prompts, already text in results and in invalid calls. */
function argumentsOf(input: unknown): string {
  return typeof input === 'string' ? input : jsonOf(input);
}

/**
 * The output of a tool: one text, one JSON value (whose original is its `JSON.stringify`), or a list of
 * items of which the texts are lifted one by one.
 */
function liftResult(lifter: Lifter, part: Shape, at: number, around: Surroundings): void {
  const output = part['output'];
  if (!isShape(output)) return;
  const { message } = around;
  const kind = output['type'];
  const facts = lifter.resultOf(part['toolCallId'], part['toolName']);
  const base: Omit<Block, 'part'> = {
    message,
    role: 'tool',
    ...facts,
    // Results inside an assistant message are those of tools that the provider ran itself.
    ...(around.role === 'assistant' && { type: 'server-tool-result' as const }),
    ...((kind === 'error-text' || kind === 'error-json') && { isError: true }),
    ...around.overrides,
    ...overridesOf(output),
  };
  const path = [message, 'content', at, 'output'];
  switch (kind) {
    case 'text':
    case 'error-text':
      lifter.add(output['value'], { ...base, part: at }, { path: [...path, 'value'] });
      break;
    case 'json':
    case 'error-json': {
      const wrap = (value: string): unknown => ({ ...output, type: kind === 'json' ? 'text' : 'error-text', value });
      lifter.add(jsonOf(output['value']), { ...base, part: at }, { path, wrap });
      break;
    }
    case 'content':
      if (!Array.isArray(output['value'])) break;
      output['value'].forEach((item: unknown, offset) => {
        if (!isShape(item) || item['type'] !== 'text') return;
        const block = { ...base, part: at + offset, ...overridesOf(item) };
        lifter.add(item['text'], block, { path: [...path, 'value', offset, 'text'] });
      });
      break;
    default:
  }
}
