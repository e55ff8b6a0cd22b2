/**
 * The parts of the AI SDK's language model specifications V2, V3 and V4 that Headroom reads, by structure: the
 * package imports nothing of the SDK, and the three versions have no type in common.
 *
 * @module
 */

/** Any object of the specification: a message, a part, a result. */
export type Shape = { readonly [key: string]: unknown };

/** A part of a message or of a result. */
export interface Part {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** A message of a prompt. */
export interface Message {
  readonly role: string;
  readonly content: string | readonly Part[];
  readonly [key: string]: unknown;
}

/** What a language model is called with. The arrays are `any` because each version types its own. */
export interface CallParams {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  prompt: any[];
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  tools?: any[];
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  toolChoice?: any;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  providerOptions?: any;
  responseFormat?: { type: string };
  abortSignal?: AbortSignal;
}

/** A language model of any of the three versions. */
export interface LanguageModel {
  readonly provider: string;
  readonly modelId: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  doGenerate(options: any): PromiseLike<any>;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  doStream(options: any): PromiseLike<any>;
}

/** What `doGenerate` gives. */
export interface GenerateResult {
  readonly content: readonly Part[];
  readonly finishReason: unknown;
  readonly usage: unknown;
  readonly providerMetadata?: Shape;
  readonly warnings?: readonly unknown[];
  readonly [key: string]: unknown;
}

/** What `doStream` gives. */
export interface StreamResult {
  readonly stream: ReadableStream<Part>;
  readonly [key: string]: unknown;
}

/** The finish reason `unified` in the form that `like` has: a string in V2, an object since V3. */
export function finishReason(unified: 'stop' | 'error', like: unknown): unknown {
  return typeof like === 'string' ? unified : { unified, raw: undefined };
}
