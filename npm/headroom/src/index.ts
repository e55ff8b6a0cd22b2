/**
 * Makes the bulky parts of an LLM request smaller, and gives the model a way back to every byte that was left out.
 *
 * @module
 */
import type { HeadroomConfig } from './config.generated.js';
import { library } from './default-library.js';
import type { CompressOptions, CompressResult, CountOptions, HandleToolCallOptions, Headroom, RetrieveOptions } from './engine.js';
import type { RetrieveAnswer, ToolMessageFor } from './retrieval.js';

export { headroomMiddleware, withHeadroom } from './ai-sdk.js';
export type { HeadroomMiddleware, HeadroomProviderOptions, LanguageModel } from './ai-sdk.js';
export type { CallOptions, HeadroomConfig } from './config.generated.js';
export type {
  CompressBodyOptions,
  CompressBodyResult,
  CompressOptions,
  CompressResult,
  CountOptions,
  HandleToolCallOptions,
  Headroom,
  RetrieveOptions,
} from './engine.js';
export { headroomFetch } from './fetch.js';
export type { EngineFetchOptions, Fetch, FetchInput, FetchOptions, HeadroomFetch, HeadroomRequestInit } from './fetch.js';
export type { ProviderUsage, Savings, Stats, UsageTotals } from './ledger.js';
export { HeadroomConfigError, HeadroomError, HeadroomRequestError, HeadroomVocabularyError } from './errors.js';
export type { HostModule, ModuleCandidate, ModuleTask } from './host-modules.js';
export type { Format } from './lift/index.js';
export type { BlockReport, Omission, Report } from './report.js';
export type {
  AiSdkToolCall,
  AiSdkToolMessage,
  AnthropicToolMessage,
  AnthropicToolUse,
  OpenAiToolCall,
  OpenAiToolMessage,
  RetrieveAnswer,
  RetrieveArguments,
} from './retrieval.js';
export { MemoryStore } from './store/index.js';
export type { Store, StoreEntry } from './store/index.js';

/**
 * An engine with a configuration of its own. A wrong configuration is an error at once.
 *
 * @example
 * ```ts
 * const engine = createHeadroom({ maxBlockTokens: 2000, scope: tenant });
 * const { messages } = await engine.compress(conversation, { model: 'gpt-4o' });
 * ```
 */
export function createHeadroom(config?: HeadroomConfig): Headroom {
  return library.createHeadroom(config);
}

/**
 * Compresses the tool results in messages of OpenAI, Anthropic or the AI SDK. What did not change is the same object
 * as before, down to the array itself.
 *
 * @example
 * ```ts
 * const { messages, tools, tokensSaved } = await compress(conversation, { model: 'gpt-4o' });
 * await openai.chat.completions.create({ model: 'gpt-4o', messages, tools: [...myTools, ...tools] });
 * ```
 */
export function compress<Messages extends readonly object[]>(
  messages: Messages,
  options?: CompressOptions,
): Promise<CompressResult<Messages>> {
  return library.compress(messages, options);
}

/**
 * {@link compress} at once, on the event loop. In browsers it works once anything asynchronous of Headroom has.
 *
 * @example
 * ```ts
 * const { messages } = compressSync(conversation, { lossless: true });
 * ```
 */
export function compressSync<Messages extends readonly object[]>(messages: Messages, options?: CompressOptions): CompressResult<Messages> {
  return library.compressSync(messages, options);
}

/**
 * Tokens of a text by the model's vocabulary; an estimate where the vocabulary is not public.
 *
 * @example
 * ```ts
 * countTokens('hello world', { model: 'gpt-4o' }); // 2
 * ```
 */
export function countTokens(text: string, options?: CountOptions): number {
  return library.countTokens(text, options);
}

/**
 * The part of an original that is asked for, from the messages that are being resent or from the store.
 *
 * @example
 * ```ts
 * const { text, found, part } = await retrieve('hr_k3f9m2q7x4tb0c5d', { messages: conversation, rows: '9-20' });
 * ```
 */
export function retrieve(id: string, options?: RetrieveOptions): Promise<RetrieveAnswer> {
  return library.retrieve(id, options);
}

/**
 * Answers a model's call of `headroom_retrieve`: the provider's own call in, the provider's own message out.
 *
 * @example
 * ```ts
 * for (const call of completion.choices[0].message.tool_calls ?? []) {
 *   if (call.function.name === 'headroom_retrieve') messages.push(await handleToolCall(call, { messages: conversation }));
 * }
 * ```
 */
export function handleToolCall<Call extends object>(call: Call, options?: HandleToolCallOptions): Promise<ToolMessageFor<Call>> {
  return library.handleToolCall(call, options);
}
