/**
 * Packages that an application may have installed beside this one, on Node, Bun and Deno.
 *
 * @module
 */
import { createRequire } from 'node:module';

/** The package `name`; throws where it is not installed. A bundler sees no name, so it bundles nothing. */
export function installed(name: string): unknown {
  return createRequire(import.meta.url)(name);
}
