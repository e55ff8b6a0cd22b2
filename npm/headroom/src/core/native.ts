/**
 * Finds the native addon of this platform: in a checkout the one just built, else the platform's package.
 *
 * @module
 */
import { createRequire } from 'node:module';
import type { Core, CoreModule } from './types.js';

/** The core as a native addon, or `undefined` where there is none that loads; `onMiss` is told what was tried, and why it failed. */
export function nativeCore(onMiss?: (name: string, error: unknown) => void): CoreModule | undefined {
  const require = createRequire(import.meta.url);
  for (const platform of platformNames()) {
    // Both names are computed: a bundler that sees a literal tries to bundle the addon and fails.
    for (const name of [`../../native/headroom.${platform}.node`, `headroom-js-${platform}`]) {
      try {
        const core = require(name) as Core;
        return {
          core: () => core,
          loadCore: async () => core,
          coreKind: () => 'native',
          // The addon holds every vocabulary.
          registerVocabulary: () => {},
        };
      } catch (error) {
        // Not there, or built for another C library: WebAssembly does the same work.
        onMiss?.(name, error);
      }
    }
  }
  return undefined;
}

/**
 * `linux-x64-gnu`, `darwin-arm64`, `win32-x64-msvc`: as the platform packages are named. On Linux both C
 * libraries are tried, since asking Node which it runs on takes longer than loading the addon.
 */
function platformNames(): string[] {
  const { platform, arch } = process;
  if (platform === 'linux') return [`linux-${arch}-gnu`, `linux-${arch}-musl`];
  return [platform === 'win32' ? `win32-${arch}-msvc` : `${platform}-${arch}`];
}
