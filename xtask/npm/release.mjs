// The steps of a release build.
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, step, tsc, xtask } from './steps.mjs';

/** Builds the addon, both WebAssembly modules and the package, as they are released. */
export function buildRelease() {
  step('build the addon', () => xtask(['build', 'native', '--profile', 'release']));
  step('build WebAssembly', () => xtask(['build', 'wasm', '--profile', 'release-wasm']));
  step('build WebAssembly without a vocabulary', () => xtask(['build', 'wasm', '--profile', 'release-wasm', '--slim']));
  step('compile the package', () => {
    // What an earlier compilation left of files that are gone would be published.
    rmSync(join(root, 'npm/headroom/dist'), { recursive: true, force: true });
    tsc();
  });
  step('bring the package its README and licence', () => {
    const repository = 'https://github.com/headroom-js/headroom/blob/main/';
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    // Links that lead to files of the repository lead nowhere from the registry's page.
    writeFileSync(join(root, 'npm/headroom/README.md'), readme.replace(/\]\((?!https?:|#)/g, `](${repository}`));
    copyFileSync(join(root, 'LICENSE'), join(root, 'npm/headroom/LICENSE'));
  });
}
