/**
 * The name of a scope in a store that others may look into, or whose names are limited.
 *
 * @module
 */
import { sha256 } from '../sha256.js';

/** A name of 32 hexadecimal characters that no other scope has. What a scope is called does not show in it. */
export function scopeName(scope: string): string {
  // As JSON, scopes that are no well-formed Unicode are told apart as well.
  return sha256(JSON.stringify(scope)).slice(0, 32);
}
