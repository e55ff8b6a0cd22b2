/**
 * The option `encryptionKey`: from what was configured to 32 bytes.
 *
 * Owns the spellings of a key. No error quotes one.
 *
 * @module
 */
import { HeadroomConfigError } from '../errors.js';

const keyLength = 32;

/** The bytes of a key that was given as bytes, in hexadecimal or in base64. */
export function readEncryptionKey(key: unknown): Uint8Array<ArrayBuffer> {
  const bytes = key instanceof Uint8Array ? Uint8Array.from(key) : typeof key === 'string' ? decoded(key) : undefined;
  if (bytes?.length !== keyLength) {
    throw new HeadroomConfigError('encryptionKey', 'must be 32 bytes: a Uint8Array, or a string of them in base64 or hexadecimal');
  }
  if (globalThis.crypto?.subtle === undefined) {
    throw new HeadroomConfigError('encryptionKey', 'needs WebCrypto, which this runtime does not have (browsers have it on secure origins only)');
  }
  return bytes;
}

function decoded(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (/^[0-9a-f]{64}$/i.test(text)) return Uint8Array.from(text.match(/../g)!, (pair) => Number.parseInt(pair, 16));
  if (!/^[\w+/-]{43}=?$/.test(text)) return undefined;
  try {
    return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
