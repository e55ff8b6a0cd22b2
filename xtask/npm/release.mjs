// The steps of a release build.
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile, root, step, xtask } from './steps.mjs';

const packages = ['headroom', 'headroom-code'];

/** Builds the addons, the WebAssembly modules and the packages, as they are released. */
export function buildRelease() {
  step('build the addon', () => xtask(['build', 'native', '--profile', 'release']));
  step('build the addon with the grammars', () => xtask(['build', 'code', '--profile', 'release']));
  step('build WebAssembly', () => xtask(['build', 'wasm', '--profile', 'release-wasm']));
  step('build WebAssembly without a vocabulary', () => xtask(['build', 'wasm', '--profile', 'release-wasm', '--slim']));
  step('build WebAssembly with the grammars', () => xtask(['build', 'code-wasm', '--profile', 'release-wasm']));
  step('compile the packages', () => {
    // What an earlier compilation left of files that are gone would be published.
    for (const name of packages) rmSync(join(root, 'npm', name, 'dist'), { recursive: true, force: true });
    compile();
  });
  step('bring the packages their README and licence', () => {
    const repository = 'https://github.com/headroom-js/headroom/blob/main/';
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    // Links that lead to files of the repository lead nowhere from the registry's page.
    writeFileSync(join(root, 'npm/headroom/README.md'), readme.replace(/\]\((?!https?:|#)/g, `](${repository}`));
    for (const name of packages) copyFileSync(join(root, 'LICENSE'), join(root, 'npm', name, 'LICENSE'));
  });
}
