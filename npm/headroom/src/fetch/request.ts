/**
 * One request on its way out: recognised, with its hidden rounds put back, compressed, and watched for calls of the
 * retrieval tool.
 *
 * Owns what is known of a request until its response ends, its originals above all: no store decides whether a
 * handle that was given out in this request can be redeemed in it.
 *
 * @module
 */
import type { Original } from '../compression.js';
import type { CallOptions } from '../config.generated.js';
import { coreOptions } from '../config.js';
import type { Recognised, RecognisedRequest, Turns } from '../core/types.js';
import { HeadroomRequestError, HeadroomVocabularyError } from '../errors.js';
import { passedThrough, type Report } from '../report.js';
import type { Runtime } from '../runtime.js';
import { credentialScope } from './credential.js';
import { Interception } from './interception.js';

/** What a request consists of, as far as it is looked at. */
export interface RequestParts {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/** What is known of a request until its response ends. */
export interface PreparedRequest {
  readonly runtime: Runtime;
  readonly options: CallOptions;
  readonly scope: string;
  readonly model: string | undefined;
  /** Whether the answer comes in parts. */
  readonly stream: boolean;
  /** The body to send; absent where nothing changed. */
  readonly body: Uint8Array | undefined;
  readonly originals: readonly Original[];
  readonly interception: Interception;
  readonly report: Report;
}

/** Prepares a request; `undefined` where it is none that Headroom knows, or the core cannot read it. */
export async function prepareRequest(runtime: Runtime, parts: RequestParts, options: CallOptions): Promise<PreparedRequest | undefined> {
  try {
    const recognised = await recognise(runtime, parts);
    return recognised?.kind === 'request' ? await compressed(runtime, parts, recognised, options) : undefined;
  } catch (error) {
    // A body that is not what its address says is the provider's to reject.
    if (!HeadroomRequestError.isInstance(error) && !HeadroomVocabularyError.isInstance(error)) throw error;
    runtime.report(passedThrough(error.message), options);
    return undefined;
  }
}

async function compressed(
  runtime: Runtime,
  { url, headers, body: given }: RequestParts,
  { format, model, stream, lossless, state, countTokens, batch }: RecognisedRequest,
  options: CallOptions,
): Promise<PreparedRequest> {
  const scope = options.scope ?? runtime.config.scope ?? credentialScope(url, headers) ?? '';
  const { hidden, end } = await hiddenRounds(runtime, scope, given, format);
  const previousResponseId = await lastResponseId(runtime, scope, state?.previousResponseId);
  const { body, originals, tool, report } = await runtime.compression.body(given, {
    entry: 'fetch',
    format,
    options: { ...coreOptions(options), scope, ...(lossless !== undefined && { lossless: true }) },
    ...(model !== undefined && { model }),
    ...(hidden && { hidden }),
    ...(previousResponseId !== undefined && { previousResponseId }),
  });
  // What is only counted, and what is answered later, has no turn to follow.
  const followed = countTokens !== true && batch !== true;
  const meta = {
    format,
    ...(model !== undefined && { model }),
    key: end,
    ours: tool,
    maxRetrievals: options.maxRetrievals ?? runtime.config.maxRetrievals ?? defaultMaxRetrievals,
  };
  return {
    runtime,
    options,
    scope,
    model,
    stream,
    body,
    originals,
    interception: followed ? Interception.of(runtime, body ?? given, meta) : Interception.none(),
    report: lossless === undefined ? report : { ...report, warnings: [...report.warnings, `nothing was left out: ${lossless}`] },
  };
}

const defaultMaxRetrievals = 3;

async function recognise(runtime: Runtime, { method, url, headers, body }: RequestParts): Promise<Recognised | undefined> {
  const attempt = await runtime.attempt((_, core) => core.recognise(method, url, JSON.stringify(Object.fromEntries(headers)), body));
  return attempt.ok ? (JSON.parse(attempt.value) as Recognised) : undefined;
}

/** What was hidden in the earlier turns of a conversation, and the name of the conversation as it stands. */
async function hiddenRounds(
  runtime: Runtime,
  scope: string,
  body: Uint8Array,
  format: string,
): Promise<{ readonly hidden?: Record<string, string>; readonly end: string }> {
  const attempt = await runtime.attempt((engine) => engine.turns(body, JSON.stringify({ format })));
  if (!attempt.ok) return { end: '' };
  const { keys, end } = JSON.parse(attempt.value) as Turns;
  const decoder = new TextDecoder();
  const found = await Promise.all(
    keys.map(async (key) => {
      const record = await runtime.turnRecords.find(scope, key);
      return record ? [[key, decoder.decode(record)] as const] : [];
    }),
  );
  const hidden = Object.fromEntries(found.flat());
  return Object.keys(hidden).length > 0 ? { hidden, end } : { end };
}

/** The name under which it is kept which response was the last of the turn whose first one was `id`. */
export function responseKey(id: string): string {
  return `response_${id}`;
}

/** The last response of the turn that the client knows by the id of its first one, where that is another. */
async function lastResponseId(runtime: Runtime, scope: string, seen: string | undefined): Promise<string | undefined> {
  if (seen === undefined) return undefined;
  const last = await runtime.turnRecords.find(scope, responseKey(seen));
  return last && new TextDecoder().decode(last);
}
