/**
 * The engine as an application sees it: one configuration, one store, one scope.
 *
 * Owns the shapes of calls and results. What happens in between is the runtime's and the core's.
 *
 * @module
 */
import { createMiddleware, type HeadroomMiddleware } from './ai-sdk/middleware.js';
import type { Compressed, RequestMeta } from './compression.js';
import { checkCallOptions, coreOptions } from './config.js';
import type { CoreModule, WireFormat } from './core/types.js';
import { HeadroomConfigError, HeadroomRequestError } from './errors.js';
import { fetchOf } from './fetch/headroom-fetch.js';
import { setupWithin } from './fetch/options.js';
import type { EngineFetchOptions, HeadroomFetch } from './fetch/types.js';
import type { Stats } from './ledger.js';
import { detectFormat, lift, putBack, requireMessages, type Format, type Lifted } from './lift/index.js';
import type { CallOptions, HeadroomConfig } from './config.generated.js';
import type { Report } from './report.js';
import { missingHandle, requireCall, type RetrieveAnswer, type RetrieveArguments, type ToolMessageFor } from './retrieval.js';
import { Runtime } from './runtime.js';

/** Options of `compress()`: those of any call, and what it cannot see in the messages. */
export interface CompressOptions extends CallOptions {
  /** The model the messages are for; it chooses the token counter. */
  readonly model?: string;
  /** The messages' format; detected from their shape by default. */
  readonly format?: Format;
}

const bodyFormats: readonly WireFormat[] = ['openai', 'anthropic', 'openai-responses', 'gemini'];

/** Options of `compressBody()`. */
export interface CompressBodyOptions extends CallOptions {
  /** The API the body is for: `openai` is Chat Completions, `anthropic` Messages, also batches of them. */
  readonly format: WireFormat;
  /** The model, where the body does not name it. */
  readonly model?: string;
}

/** What `compress()` hands back: the report, the messages and the tool. */
export interface CompressResult<Messages> extends Report {
  /** The messages to send; the same array where nothing changed. */
  readonly messages: Messages;
  /**
   * The retrieval tool in the messages' format: the same on every call, so add it from the first request on. Empty
   * where nothing may be left out.
   */
  readonly tools: readonly object[];
}

/** What `compressBody()` hands back. */
export interface CompressBodyResult {
  /** The body to send; the same bytes where nothing changed. */
  readonly body: Uint8Array;
  readonly report: Report;
}

/** Options of `countTokens()`. */
export interface CountOptions {
  /** The model whose vocabulary counts; o200k by default. */
  readonly model?: string;
}

/** Where an original is looked for, and which part of it is wanted. */
export interface RetrieveOptions extends RetrieveArguments {
  /** The messages as they came, before compression: the original is found in them, and no store is needed. */
  readonly messages?: readonly unknown[];
  /** The messages' format; detected from their shape by default. */
  readonly format?: Format;
  /** The model whose tokens bound the answer. */
  readonly model?: string;
  /** Whose original it is; the engine's scope by default. */
  readonly scope?: string;
}

/** Where `handleToolCall()` looks for the original. */
export type HandleToolCallOptions = Pick<RetrieveOptions, 'messages' | 'format' | 'model' | 'scope'>;

/** The key under which an engine keeps its inside for the package's other parts. */
export const inside = Symbol.for('headroom.runtime');

/**
 * One configuration with everything that belongs to it: the memory of results, the store of originals, the scope.
 *
 * @example
 * ```ts
 * const engine = createHeadroom({ maxBlockTokens: 2000, onReport: console.log });
 * const { messages, tools } = await engine.compress(conversation, { model: 'gpt-4o' });
 * ```
 */
export class Headroom {
  /** @internal */
  readonly [inside]: Runtime;

  constructor(module: CoreModule, config?: HeadroomConfig) {
    this[inside] = new Runtime(module, config);
  }

  /** Compresses messages; see the function of the same name. */
  async compress<Messages extends readonly object[]>(
    messages: Messages,
    options: CompressOptions = {},
  ): Promise<CompressResult<Messages>> {
    const runtime = this[inside];
    const { lifted, meta } = prepare(messages, options);
    const compressed = await runtime.compression.blocks(lifted, meta);
    const warnings = await runtime.keep(runtime.scopeOf(options), compressed.originals);
    return this.#result(messages, lifted, compressed, { options, format: meta.format, warnings });
  }

  /** Compresses messages at once; see the function of the same name. */
  compressSync<Messages extends readonly object[]>(messages: Messages, options: CompressOptions = {}): CompressResult<Messages> {
    const runtime = this[inside];
    const { lifted, meta } = prepare(messages, options);
    const compressed = runtime.compression.blocksSync(lifted, meta);
    const warnings = runtime.keepSync(runtime.scopeOf(options), compressed.originals);
    return this.#result(messages, lifted, compressed, { options, format: meta.format, warnings });
  }

  /**
   * Compresses a request body as it goes over the wire: only the bytes of the strings that are replaced change, and
   * the retrieval tool is added where the request declares function tools.
   *
   * @example
   * ```ts
   * const { body, report } = await engine.compressBody(bytes, { format: 'anthropic' });
   * ```
   */
  async compressBody(body: Uint8Array, options: CompressBodyOptions): Promise<CompressBodyResult> {
    if (!(body instanceof Uint8Array)) throw new HeadroomRequestError('the body must be a Uint8Array');
    const { format, model, ...rest } = checkedOptions(options);
    if (!bodyFormats.includes(format)) {
      throw new HeadroomConfigError('format', 'must be "openai", "anthropic", "openai-responses" or "gemini"');
    }
    const runtime = this[inside];
    const compressed = await runtime.compression.body(body, metaOf('fetch', format, model, rest));
    const report = warned(compressed.report, await runtime.keep(runtime.scopeOf(options), compressed.originals));
    runtime.report(report, options);
    return { body: compressed.body ?? body, report };
  }

  /** Counts tokens; see the function of the same name. */
  countTokens(text: string, options: CountOptions = {}): number {
    if (typeof text !== 'string') throw new HeadroomRequestError('the text to count must be a string');
    return this[inside].countTokens(text, options.model);
  }

  /** Answers a handle; see the function of the same name. */
  async retrieve(id: string, options: RetrieveOptions = {}): Promise<RetrieveAnswer> {
    if (typeof id !== 'string') throw new HeadroomRequestError('the id to retrieve must be a string');
    const { messages, format, model, scope, ...part } = options;
    const runtime = this[inside];
    const original = await runtime.original(id, scope ?? runtime.scopeOf(), messages, format);
    return this.#retrieved(runtime.answer(original, JSON.stringify({ id, ...part }), model), model);
  }

  /** Answers a call of the model; see the function of the same name. */
  async handleToolCall<Call extends object>(call: Call, options: HandleToolCallOptions = {}): Promise<ToolMessageFor<Call>> {
    const { id, argumentsJson, message } = requireCall(call);
    const runtime = this[inside];
    const { messages, format, model, scope } = options;
    const answer = async (handle: string): Promise<RetrieveAnswer> =>
      this.#retrieved(runtime.answer(await runtime.original(handle, scope ?? runtime.scopeOf(), messages, format), argumentsJson, model), model);
    const { text } = id === undefined ? missingHandle : await answer(id);
    return message(text) as ToolMessageFor<Call>;
  }

  /** The middleware of this engine for the AI SDK; see `headroomMiddleware`. */
  middleware<V extends 'v3' | 'v4' = 'v3'>(): HeadroomMiddleware<V> {
    return createMiddleware<V>(this[inside]);
  }

  /**
   * Resolves when everything that was kept so far is in the store, or has failed. Where a process or a worker ends with
   * its request, what `compressSync()` left to be done in the background is done only if this is waited for.
   *
   * @example
   * ```ts
   * context.waitUntil(engine.flush());
   * ```
   */
  flush(): Promise<void> {
    return this[inside].flush();
  }

  /**
   * A drop-in for `fetch` over this engine; see `headroomFetch`.
   *
   * @example
   * ```ts
   * const client = new OpenAI({ fetch: engine.fetch({ scope: tenant }) });
   * ```
   */
  fetch(options: EngineFetchOptions = {}): HeadroomFetch {
    return fetchOf(setupWithin(this[inside], options));
  }

  /**
   * What this engine has saved so far, over all requests and after all costs.
   *
   * @example
   * ```ts
   * const { requests, tokensSaved, usage } = engine.stats();
   * ```
   */
  stats(): Stats {
    return this[inside].ledger.stats();
  }

  /** An answer on its way into the conversation, with its cost noted. */
  #retrieved(answer: RetrieveAnswer, model: string | undefined): RetrieveAnswer {
    const runtime = this[inside];
    if (answer.found) runtime.ledger.addRetrieval(runtime.countTokens(answer.text, model));
    return answer;
  }

  #result<Messages extends readonly object[]>(
    messages: Messages,
    lifted: Lifted,
    compressed: Compressed,
    { options, format, warnings }: { options: CompressOptions; format: string; warnings: readonly string[] },
  ): CompressResult<Messages> {
    const report = warned(compressed.report, warnings);
    this[inside].report(report, options);
    return {
      messages: putBack(messages, lifted, compressed.changed, compressed.texts),
      ...report,
      tools: compressed.tool ? [this[inside].retrievalTool(format as Format)] : [],
    };
  }
}

/** Whether `value` is an engine, whichever copy of the package made it. */
export function isEngine(value: unknown): value is Headroom {
  return typeof value === 'object' && value !== null && inside in value;
}

function prepare(messages: unknown, options: CompressOptions): { lifted: Lifted; meta: RequestMeta } {
  const { format, model, ...rest } = checkedOptions(options);
  if (format !== undefined && !['openai', 'anthropic', 'ai-sdk'].includes(format)) {
    throw new HeadroomConfigError('format', 'must be "openai", "anthropic" or "ai-sdk"');
  }
  const list = requireMessages(messages);
  const chosen = format ?? detectFormat(list, model);
  return { lifted: lift(list, chosen), meta: metaOf('compress', chosen, model, rest) };
}

/** `options` if they are what a call may be given. */
function checkedOptions<Options extends CompressOptions | CompressBodyOptions>(options: Options): Options {
  checkCallOptions(options);
  if (options.model !== undefined && typeof options.model !== 'string') {
    throw new HeadroomConfigError('model', 'must be a string');
  }
  return options;
}

function metaOf(entry: RequestMeta['entry'], format: string, model: string | undefined, options: CallOptions): RequestMeta {
  const given = coreOptions(options);
  return {
    entry,
    format,
    ...(model !== undefined && { model }),
    ...(Object.keys(given).length > 0 && { options: given }),
  };
}

function warned(report: Report, warnings: readonly string[]): Report {
  return warnings.length === 0 ? report : { ...report, warnings: [...report.warnings, ...warnings] };
}
