/**
 * The bytes of a request's body, within a bound, and what to send in its place if they stay as they are.
 *
 * Owns every form in which `fetch` takes a body, and the encodings of transfer. It does not know what the bytes say.
 *
 * @module
 */
import type { FetchInput } from './types.js';

/** Bodies of more bytes pass through unread, and so do bodies that become more when they are inflated. */
export const maxBodyBytes = 32 * 1024 * 1024;

/** A body that was looked into. */
export interface ReadBody {
  /** The bytes; absent where they are too many, cannot be read, or are a form. */
  readonly bytes: Uint8Array | undefined;
  /** What to hand to the underlying `fetch` where nothing changes: as given, but for a stream that was read. */
  readonly init: RequestInit | undefined;
}

/** Reads the body of `fetch(input, init)`. */
export async function readBody(input: FetchInput, init: RequestInit | undefined): Promise<ReadBody> {
  const body: unknown = init?.body;
  if (body === undefined || body === null) {
    if (!(input instanceof Request) || !input.body) return { bytes: undefined, init };
    // The original stays whole, to be sent as it is.
    return { bytes: await collected(input.clone().body!), init };
  }
  if (typeof body === 'string') return { bytes: body.length <= maxBodyBytes ? new TextEncoder().encode(body) : undefined, init };
  if (body instanceof ArrayBuffer) return { bytes: within(new Uint8Array(body)), init };
  if (ArrayBuffer.isView(body)) return { bytes: within(new Uint8Array(body.buffer, body.byteOffset, body.byteLength)), init };
  if (body instanceof Blob) return { bytes: body.size <= maxBodyBytes ? new Uint8Array(await body.arrayBuffer()) : undefined, init };
  const stream = streamOf(body);
  if (!stream) return { bytes: undefined, init };
  const [read, sent] = stream.tee();
  return { bytes: await collected(read), init: { ...init, body: sent } };
}

/** The bytes behind a `content-encoding`; `undefined` where it is unknown, wrong, or they are too many. */
export async function decoded(bytes: Uint8Array, encoding: string | null): Promise<Uint8Array | undefined> {
  const name = encoding?.trim().toLowerCase() ?? '';
  if (name === '' || name === 'identity') return bytes;
  const format = name === 'x-gzip' ? 'gzip' : name;
  if (format !== 'gzip' && format !== 'deflate') return undefined;
  const source = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream();
  return collected(source.pipeThrough(new DecompressionStream(format) as unknown as ReadableWritablePair<Uint8Array, Uint8Array>));
}

function within(bytes: Uint8Array): Uint8Array | undefined {
  return bytes.byteLength <= maxBodyBytes ? bytes : undefined;
}

/** A stream, or what Node takes for one; forms and search parameters are none. */
function streamOf(body: unknown): ReadableStream<Uint8Array> | undefined {
  if (body instanceof ReadableStream) return body.locked ? undefined : (body as ReadableStream<Uint8Array>);
  const isForm = body instanceof URLSearchParams || body instanceof FormData;
  if (isForm || typeof body !== 'object' || body === null || !(Symbol.asyncIterator in body)) return undefined;
  const chunks = (body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(typeof value === 'string' ? new TextEncoder().encode(value) : value);
    },
    async cancel(reason) {
      await chunks.return?.(reason);
    },
  });
}

/** All bytes of a stream; `undefined` where they are too many or the stream fails, which is its other reader's to notice. */
async function collected(stream: ReadableStream<Uint8Array>): Promise<Uint8Array | undefined> {
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return joined(chunks, size);
      chunks.push(value);
      size += value.byteLength;
      if (!(size <= maxBodyBytes)) break;
    }
  } catch {
    return undefined;
  }
  // Not awaited: one half of a stream that was split is done when the other is.
  reader.cancel().catch(() => undefined);
  return undefined;
}

/** Chunks as one array. */
export function joined(chunks: readonly Uint8Array[], size = chunks.reduce((sum, { byteLength }) => sum + byteLength, 0)): Uint8Array {
  if (chunks.length === 1) return chunks[0]!;
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}
