/**
 * Finds the native addon of this platform: in a checkout the one just built, else the platform's package.
 *
 * @module
 */
import { createRequire } from 'node:module';
import type { Grammars } from './types.js';

/** The grammars as a native addon, or `undefined` where there is none that loads. */
export function nativeGrammars(): Grammars | undefined {
  const require = createRequire(import.meta.url);
  for (const platform of platformNames()) {
    // Both names are computed: a bundler that sees a literal tries to bundle the addon and fails.
    for (const name of [`../../native/headroom-code.${platform}.node`, `headroom-code-${platform}`]) {
      try {
        const { compress, compressAsync } = require(name) as Pick<Grammars, 'compress' | 'compressAsync'>;
        return { load: async () => {}, loadSync: () => {}, kind: () => 'native', compress, compressAsync };
      } catch {
        // Not there, or built for another C library: WebAssembly does the same work.
      }
    }
  }
  return undefined;
}

/** The names of the platform's packages; on Linux of both C libraries. */
function platformNames(): string[] {
  const { platform, arch } = process;
  if (platform === 'linux') return [`linux-${arch}-gnu`, `linux-${arch}-musl`];
  return [platform === 'win32' ? `win32-${arch}-msvc` : `${platform}-${arch}`];
}
