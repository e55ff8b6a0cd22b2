/**
 * The bytes of a response that have gone into the core and not come out again.
 *
 * @module
 */
import { joined } from './body.js';

/** Follows two streams of bytes as long as what comes out is the beginning of what went in. */
export class Withheld {
  #chunks: Uint8Array[] = [];
  #faithful = true;

  /** `taken` went in, and `given` came out. */
  note(taken: Uint8Array, given: Uint8Array): void {
    if (!this.#faithful) return;
    if (taken.byteLength > 0) this.#chunks.push(taken);
    let at = 0;
    while (at < given.byteLength) {
      const [chunk] = this.#chunks;
      const length = Math.min(chunk?.byteLength ?? 0, given.byteLength - at);
      if (!chunk || !startsWith(chunk, given, at, length)) return this.abandon();
      if (length === chunk.byteLength) this.#chunks.shift();
      else this.#chunks[0] = chunk.subarray(length);
      at += length;
    }
  }

  /** From here on the two have nothing to do with each other. */
  abandon(): void {
    this.#faithful = false;
    this.#chunks = [];
  }

  /** What went in and did not come out; `undefined` where that means nothing. */
  rest(): Uint8Array | undefined {
    return this.#faithful ? joined(this.#chunks) : undefined;
  }
}

function startsWith(chunk: Uint8Array, bytes: Uint8Array, from: number, length: number): boolean {
  for (let at = 0; at < length; at++) if (chunk[at] !== bytes[from + at]) return false;
  return true;
}
