// The steps of a release build.
import { step, tsc, xtask } from './steps.mjs';

/** Builds the addon, both WebAssembly modules and the package, as they are released. */
export function buildRelease() {
  step('build the addon', () => xtask(['build', 'native', '--profile', 'release']));
  step('build WebAssembly', () => xtask(['build', 'wasm', '--profile', 'release-wasm']));
  step('build WebAssembly without a vocabulary', () => xtask(['build', 'wasm', '--profile', 'release-wasm', '--slim']));
  step('compile the package', () => tsc());
}
