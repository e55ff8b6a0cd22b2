// npm run build: the addon, both WebAssembly modules and the package, as they are released.
import { install, step, summary, tsc, xtask } from './steps.mjs';

export function buildRelease() {
  step('build the addon', () => xtask(['build', 'native', '--profile', 'release']));
  step('build WebAssembly', () => xtask(['build', 'wasm', '--profile', 'release-wasm']));
  step('build WebAssembly without a vocabulary', () => xtask(['build', 'wasm', '--profile', 'release-wasm', '--slim']));
  step('compile the package', () => tsc());
}

install();
buildRelease();
summary();
