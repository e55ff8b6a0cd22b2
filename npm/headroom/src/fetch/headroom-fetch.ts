/**
 * A drop-in for `fetch` that compresses requests to models and answers their retrievals.
 *
 * Owns how a request comes in and how its response goes out: the arguments of `fetch`, headers, status. What it does
 * not recognise it hands on with the very same arguments.
 *
 * @module
 */
import type { CallOptions } from '../config.generated.js';
import { checkCallOptions } from '../config.js';
import type { Runtime } from '../runtime.js';
import { decoded, readBody } from './body.js';
import type { FetchSetup } from './options.js';
import { prepareRequest, type PreparedRequest } from './request.js';
import { RefusedContinuation, Turn } from './turn.js';
import type { Fetch, FetchInput, HeadroomFetch, HeadroomRequestInit } from './types.js';

/** A `fetch` that takes every request through {@link exchange}. */
export function fetchOf({ runtime, options, fetch }: FetchSetup): HeadroomFetch {
  // Looked up for every request, and called without a receiver: both as if it had been called by its name.
  const underlying: Fetch = fetch ?? ((input, init) => globalThis.fetch(input, init));
  return (input, init) => exchange({ runtime, options }, underlying, input, init);
}

/** One request through `underlying`. */
export async function exchange(
  { runtime, options }: Pick<FetchSetup, 'runtime' | 'options'>,
  underlying: Fetch,
  input: FetchInput,
  init: HeadroomRequestInit | undefined,
): Promise<Response> {
  const { given, overrides } = split(init);
  if (methodOf(input, given) !== 'POST') return underlying(input, given);
  const all = overrides ? { ...options, ...checkCallOptions(overrides) } : options;
  const { bytes, init: unread } = await readBody(input, given);
  const prepared = bytes && (await prepare(runtime, all, input, unread, bytes));
  return prepared ? turned(prepared, underlying, input, unread) : underlying(input, unread);
}

/** The request as it goes out, with its headers; `undefined` where it goes out as it came. */
interface Outgoing {
  readonly request: PreparedRequest;
  /** Headers for a body that is not the one that came. */
  readonly headers: Headers;
}

async function prepare(
  runtime: Runtime,
  options: CallOptions,
  input: FetchInput,
  init: RequestInit | undefined,
  bytes: Uint8Array,
): Promise<Outgoing | undefined> {
  const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined));
  const body = await decoded(bytes, headers.get('content-encoding'));
  if (!body) return undefined;
  const url = input instanceof Request ? input.url : String(input);
  const request = await prepareRequest(runtime, { method: 'POST', url, headers, body }, options);
  if (!request) return undefined;
  // They describe the body that came.
  headers.delete('content-length');
  headers.delete('content-encoding');
  return { request, headers };
}

/** Sends the request and follows its answer. */
async function turned({ request, headers }: Outgoing, underlying: Fetch, input: FetchInput, init: RequestInit | undefined): Promise<Response> {
  const send = (body: Uint8Array, signal?: AbortSignal): Promise<Response> => {
    const changed: RequestInit = { ...init, body: inFormOf(init?.body, body), headers, ...(signal && { signal }) };
    return input instanceof Request ? underlying(new Request(input, changed)) : underlying(input, changed);
  };
  const own = init?.signal ?? (input instanceof Request ? input.signal : undefined);
  const turn = new Turn(request, (body, signal) => send(body, own ? AbortSignal.any([own, signal]) : signal));
  let response: Response;
  try {
    const sent = request.body ? send(request.body) : underlying(input, init);
    turn.left();
    response = await sent;
  } catch (error) {
    await turn.settle();
    throw error;
  }
  if (!response.ok || !response.body || !request.interception.active) {
    await turn.settle(request.interception.passed());
    return response;
  }
  if (request.stream || !isJson(response)) return answer(response, turn.stream(response), request);
  const whole = await turn.whole(response);
  return whole instanceof RefusedContinuation ? whole.response : answer(response, streamOf(whole), request);
}

/** `body` in the form in which the caller gave its own: what stands between may read it. */
function inFormOf(given: unknown, body: Uint8Array): BodyInit {
  const bytes = body as Uint8Array<ArrayBuffer>;
  if (typeof given === 'string') return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  return given instanceof Blob ? new Blob([bytes], { type: given.type }) : bytes;
}

/** The client's response: status and headers of the provider's first one, with a body of its own length. */
function answer(first: Response, body: ReadableStream<Uint8Array>, { report }: PreparedRequest): Response {
  const headers = new Headers(first.headers);
  headers.delete('content-length');
  headers.set('x-headroom-tokens-before', String(report.tokensBefore));
  headers.set('x-headroom-tokens-saved', String(report.tokensSaved));
  const response = new Response(body, { status: first.status, statusText: first.statusText, headers });
  // A response that is made by hand has no address; clients write it into their logs.
  return Object.defineProperties(response, { url: { value: first.url }, redirected: { value: first.redirected } });
}

function streamOf(chunks: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  const left = [...chunks];
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      const chunk = left.shift();
      if (chunk) controller.enqueue(chunk);
      else controller.close();
    },
  });
}

function isJson(response: Response): boolean {
  return /^application\/(?:[\w.+-]+\+)?json\b/i.test(response.headers.get('content-type') ?? '');
}

function methodOf(input: FetchInput, init: RequestInit | undefined): string {
  return (init?.method ?? (input instanceof Request ? input.method : 'GET')).toUpperCase();
}

/** What belongs to `fetch`, and what to Headroom. */
function split(init: HeadroomRequestInit | undefined): { readonly given: RequestInit | undefined; readonly overrides?: CallOptions } {
  if (init?.headroom === undefined) return { given: init };
  const { headroom, ...given } = init;
  return { given, overrides: headroom };
}
