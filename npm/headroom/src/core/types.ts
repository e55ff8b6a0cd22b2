/**
 * The border between TypeScript and the Rust core: the same surface for the native addon and for
 * WebAssembly. Strings whose name ends in `Json` hold JSON text.
 *
 * Every method throws a `CoreFault` as its error's message: see {@link CoreFault}.
 *
 * @module
 */

/** What both bindings export. */
export interface Core {
  /** One configuration with its memory of results. `modulesJson` is a JSON array of the names of modules the host answers for. */
  readonly Engine: new (configJson: string, modulesJson: string) => CoreEngine;
  /** Tokens of `text` by the counter of `model`; throws where the model's vocabulary is not loaded. */
  countTokens(text: string, model?: string): number;
  /** Adds a vocabulary that is not part of the build. */
  loadVocabulary(name: string, asset: Uint8Array): void;
  /** The retrieval tool's definition as JSON, byte-stable: `openai`, `anthropic`, `ai-sdk`, `openai-responses` or `gemini`. */
  retrieveTool(format: string): string;
  /**
   * What a request is, by its URL, headers (a JSON object, names in any case) and body, as JSON of {@link Recognised}. A body
   * that is compressed has to be inflated first.
   */
  recognise(method: string, url: string, headersJson: string, body: Uint8Array): string;
  /** The table of options: name, type, default and documentation of each. */
  optionsJson(): string;
}

/** An engine of the core. */
export interface CoreEngine {
  /** Compresses texts that a framework adapter has lifted out of its messages. */
  step(texts: string[], metaJson: string): StepResult;
  /** {@link step} off the event loop where there are threads. */
  stepAsync(texts: string[], metaJson: string): Promise<StepResult>;
  /** Compresses a request body as it goes over the wire. */
  bodyStep(body: Uint8Array, metaJson: string): BodyStepResult;
  /** {@link bodyStep} off the event loop where there are threads. */
  bodyStepAsync(body: Uint8Array, metaJson: string): Promise<BodyStepResult>;
  /**
   * The names of the turns in a request body, as JSON of {@link Turns}; `metaJson` is `{ format }`. What was hidden in a turn
   * is given to {@link bodyStep} as `hidden`, records by these names.
   */
  turns(body: Uint8Array, metaJson: string): string;
  /** Answers a retrieval from an original: JSON of `{ text, found, part }`. */
  retrieve(original: string, argumentsJson: string, model?: string): string;
  /** The index of the text that the handle `id` names, or -1. */
  identify(texts: string[], id: string): number;
  /** JSON array of the handles in `text` that verify. */
  markers(text: string): string;
  /**
   * Follows the answer to `request`, the body as it was sent. `metaJson` is `{ format, model?, key, maxRetrievals?, ours? }`: the
   * format's name, the name of the conversation up to this answer, how many rounds may be answered, and whether calls of
   * the retrieval tool are Headroom's to answer.
   */
  intercept(request: Uint8Array, metaJson: string): CoreInterceptor;
}

/**
 * One answer on its way back to the client, through as many rounds as it takes.
 *
 * For every response: `begin`, `push` for the bytes as they arrive, `end`. Where the outcome of `end` is `retrieve`, its calls
 * are answered with `answer`, and what that gives is sent to the provider; where it is `done`, the answer is over.
 *
 * Any method may throw the fault `panic`, after which the object is of no use. The host then keeps what the client has: in the
 * first round it passes the bytes that it could not push, and all that follow, as they come; later it has the client's
 * stream fail.
 */
export interface CoreInterceptor {
  /** A response begins: the first one, or that to a continuation. `metaJson` is `{ contentType?, status? }`. */
  begin(metaJson: string): void;
  /** Takes bytes of the response and gives those that the client gets at once. */
  push(bytes: Uint8Array): Uint8Array;
  /** The response has ended. */
  end(): InterceptEnd;
  /**
   * Takes the texts that answer the calls, in their order, as a JSON array, and gives the body of the continuation. It is empty
   * where the client's own calls end the turn: then `end` is called once more.
   */
  answer(answersJson: string): Uint8Array;
  /** The continuation could not be had. `failureJson` is `{ status?, message, body? }`, `body` the provider's error body. */
  fail(failureJson: string): InterceptEnd;
  /** Gives the memory back, where that is not the garbage collector's work. */
  free?(): void;
}

/** What the end of a response means. */
export interface InterceptEnd {
  /** The last bytes for the client; where `outcomeJson` brings a record, to be sent after it is kept. */
  bytes: Uint8Array;
  /** JSON of an {@link InterceptOutcome}. */
  outcomeJson: string;
}

/** What is to be done after a response. */
export type InterceptOutcome =
  | {
      kind: 'retrieve';
      /** `id` is the handle, `null` where the call gives none; `limit` says that the answer is that the limit is reached. */
      calls: { call: number; id: string | null; argumentsJson: string; limit: boolean }[];
      /** Whether the turn ends here all the same, since the client has calls of its own to answer. */
      last: boolean;
    }
  | {
      kind: 'done';
      /** What was hidden in the turn, to be kept under the turn's name. */
      record?: { key: string; value: string };
      /** Tokens over all rounds, where the provider told them; `input` includes what came from the cache. */
      usage?: { input: number; output: number; cacheRead?: number; cacheWrite?: number };
      /** How many rounds were hidden. */
      rounds: number;
      /** Tokens of all answers to retrievals. */
      retrievedTokens: number;
      /** Whether a call was dropped: beyond the limit, or cut off. */
      dropped: boolean;
      /** Whether the answer ended with an error, was cut off or could not be followed. */
      failed: boolean;
      warnings: string[];
      /** Where the provider keeps answers: the id that the client has seen, and that of the last round. */
      responseIds?: { seen: string; last: string };
    };

/** The outcome of {@link CoreEngine.step}. */
export interface StepResult {
  /** The new texts, in the order of the outcome's `changed`. */
  texts: string[];
  /** JSON: what changed, which originals to keep, the report; or what modules are asked for. */
  outcomeJson: string;
}

/** A range of bytes: from `start` up to, but not including, `end`. */
export interface Span {
  start: number;
  end: number;
}

/** The outcome of {@link CoreEngine.bodyStep}. */
export interface BodyStepResult {
  /** The new body; absent when nothing changed. */
  body?: Uint8Array;
  /** Where the texts of the outcome's `originals` stand in the old body, in its order, as string literals of JSON. */
  originals: Span[];
  /** JSON as in {@link StepResult.outcomeJson}. */
  outcomeJson: string;
}

/** The APIs whose request bodies the core reads: `openai` is Chat Completions, `anthropic` Messages. */
export type WireFormat = 'openai' | 'anthropic' | 'openai-responses' | 'gemini';

/** What {@link Core.recognise} says. */
export type Recognised =
  /** The request has to leave byte for byte. */
  | { readonly kind: 'pass'; readonly reason: string }
  | RecognisedRequest;

/** A request that can be compressed. */
export interface RecognisedRequest {
  readonly kind: 'request';
  readonly format: WireFormat;
  /** The model, from the body or else from the URL. */
  readonly model?: string;
  /** Whether the answer is streamed. */
  readonly stream: boolean;
  /** Whether it only asks for a number of tokens. */
  readonly countTokens?: boolean;
  /** Whether it holds many requests, answered later. */
  readonly batch?: boolean;
  /** Why nothing may be left out of it: the model's retrievals could not be answered. */
  readonly lossless?: string;
  /** What the provider keeps of the conversation (Responses). */
  readonly state?: {
    readonly previousResponseId?: string;
    readonly conversation?: boolean;
    readonly background?: boolean;
    /** Where the request says so; the API keeps responses by default. */
    readonly store?: boolean;
  };
}

/** What {@link CoreEngine.turns} says. */
export interface Turns {
  /** The names of the assistant's turns, in order. */
  readonly keys: readonly string[];
  /** The name of the conversation as it stands: what the coming turn goes on from. */
  readonly end: string;
}

/** What the message of an error thrown by the core holds, as JSON. */
export interface CoreFault {
  /**
   * `config`: the configuration is wrong at `path`. `request`: the input is not what its format says.
   * `vocabulary`: the model's vocabulary is not loaded. `panic`: a bug in the core; the request has to go on
   * as it was, and the next call works again.
   */
  code: 'config' | 'request' | 'vocabulary' | 'panic';
  /** Where in the configuration. */
  path?: string;
  /** What is wrong and what to do. It holds no content of requests. */
  message: string;
}

/** What `#core` and `#core-slim` resolve to, chosen by the runtime. */
export interface CoreModule {
  /** The core, loading it first where that takes time (the browser fetches it). */
  loadCore(): Promise<Core>;
  /** The core at once; throws in the browser before {@link loadCore} has finished. */
  core(): Core;
  /** Whether the core is the native addon or WebAssembly; loads it where it can be had at once. */
  coreKind(): 'native' | 'wasm';
  /** Gives the core a vocabulary it may lack, now and after every new instantiation. */
  registerVocabulary(name: string, asset: () => Uint8Array): void;
}
