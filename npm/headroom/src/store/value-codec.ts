/**
 * The form in which values lie in a store: compressed where that makes them smaller, encrypted where there is a key.
 *
 * A value begins with one byte that says what was done to it. Owns that form; it knows no store.
 *
 * @module
 */

/** Bits of the first byte. */
const compressed = 1;
const encrypted = 2;

/** Deflate gains nothing on values that are smaller. */
const minCompressedBytes = 128;
/** What a value may inflate to: a store that others can write to is not to be trusted. */
const maxInflatedBytes = 256 * 1024 * 1024;

/** Bytes of the nonce of AES-GCM. */
const nonceLength = 12;

type Bytes = Uint8Array<ArrayBuffer>;

/** A value that is not what {@link ValueCodec.encode} makes, or that was made with another key or for another place. */
export class UnreadableValueError extends Error {}

/**
 * Encodes and decodes the values of one engine.
 *
 * With a key they are encrypted by AES-256-GCM. Scope and name are authenticated along with a value, so that one
 * that was moved to another scope or name cannot be read there.
 */
export class ValueCodec {
  readonly #rawKey: Bytes | undefined;
  #key: Promise<CryptoKey> | undefined;

  constructor(key?: Bytes) {
    this.#rawKey = key;
  }

  /** The form of `value` in a store. */
  async encode(scope: string, id: string, value: Uint8Array): Promise<Bytes> {
    const smaller = await deflated(value as Bytes);
    const content = smaller ?? (value as Bytes);
    const flags = (smaller ? compressed : 0) | (this.#rawKey ? encrypted : 0);
    if (!this.#rawKey) return joined(Uint8Array.of(flags), content);
    const iv = crypto.getRandomValues(new Uint8Array(nonceLength));
    const additionalData = place(flags, scope, id);
    const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData }, await this.#cryptoKey(), content);
    return joined(Uint8Array.of(flags), iv, new Uint8Array(sealed));
  }

  /** The value whose form is `stored`; fails with {@link UnreadableValueError}. */
  async decode(scope: string, id: string, stored: Uint8Array): Promise<Uint8Array> {
    const flags = stored[0];
    // What is not encrypted although there is a key may be anybody's.
    if (flags === undefined || flags > 3 || Boolean(flags & encrypted) !== (this.#rawKey !== undefined)) throw new UnreadableValueError();
    try {
      const content = flags & encrypted ? await this.#opened(flags, scope, id, stored as Bytes) : (stored.subarray(1) as Bytes);
      return flags & compressed ? await through(new DecompressionStream('deflate-raw'), content) : content;
    } catch (cause) {
      throw new UnreadableValueError('', { cause });
    }
  }

  async #opened(flags: number, scope: string, id: string, stored: Bytes): Promise<Bytes> {
    const iv = stored.subarray(1, 1 + nonceLength);
    const additionalData = place(flags, scope, id);
    const sealed = stored.subarray(1 + nonceLength);
    return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData }, await this.#cryptoKey(), sealed));
  }

  /** Not before it is needed: Workers allow no cryptography outside of requests. */
  #cryptoKey(): Promise<CryptoKey> {
    return (this.#key ??= crypto.subtle.importKey('raw', this.#rawKey!, 'AES-GCM', false, ['encrypt', 'decrypt']));
  }
}

/** What a value is bound to. As JSON, scopes that are no well-formed Unicode are told apart as well. */
function place(flags: number, scope: string, id: string): Bytes {
  return new TextEncoder().encode(JSON.stringify([flags, scope, id])) as Bytes;
}

/** `value` deflated, if that is smaller and this runtime can do it. */
async function deflated(value: Bytes): Promise<Bytes | undefined> {
  if (value.length < minCompressedBytes || value.length > maxInflatedBytes || typeof CompressionStream === 'undefined') return undefined;
  const result = await through(new CompressionStream('deflate-raw'), value);
  return result.length < value.length ? result : undefined;
}

async function through(transform: CompressionStream | DecompressionStream, bytes: Bytes): Promise<Bytes> {
  const writer = transform.writable.getWriter();
  // What fails here fails at the other end as well.
  writer.write(bytes).catch(() => undefined);
  writer.close().catch(() => undefined);
  const reader = transform.readable.getReader();
  const chunks: Uint8Array[] = [];
  for (let size = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return joined(...chunks);
    size += value.length;
    if (size > maxInflatedBytes) {
      await reader.cancel();
      throw new RangeError('inflates to more than a value may have');
    }
    chunks.push(value);
  }
}

function joined(...parts: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
