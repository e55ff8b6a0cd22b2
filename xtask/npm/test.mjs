// npm test: what has to hold before every change. npm run test:all (--all): what is slow besides.
import { execFileSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fuzz } from './fuzz.mjs';
import { provideRedis } from './redis.mjs';
import { buildRelease } from './release.mjs';
import { compile, fail, filesBelow, install, root, run, step, summary, testNode, tsc, xtask } from './steps.mjs';

const all = process.argv.includes('--all');
const grammars = 'npm/headroom-code/test';
const suites = ['npm/headroom/test', grammars, 'tests'];

install();
const node = testNode();

step('Rust: format', () => run('cargo', ['fmt', '--all', '--check']));
// The lints share the tests' profile, so that proc macros and build scripts are compiled once.
step('Rust: lints', () =>
  run('cargo', ['clippy', '--workspace', '--all-targets', '--profile', 'test-fast', '--', '-D', 'warnings']),
);
step('build the addons', () => {
  xtask(['build', 'native']);
  xtask(['build', 'code']);
});
step('build WebAssembly', () => xtask(['build', 'wasm', '--may-install']));
if (all) {
  step('build WebAssembly without a vocabulary', () => xtask(['build', 'wasm', '--slim']));
  // Some minutes of a C compiler.
  step('build the grammars for WebAssembly', () => xtask(['build', 'code-wasm', '--may-install']));
}
step('TypeScript: compile', compile);
step('TypeScript: types of the tests', () => projects().forEach((path) => tsc(path)));
step('Redis', () => provideRedis());
step('Rust: tests', () => run('cargo', ['test', '--workspace', '--profile', 'test-fast']));
testTypeScript('', node);

if (all) {
  const slow = { HEADROOM_SLOW: '1', PROPTEST_CASES: '5000' };
  step('Rust: long property tests', () => run('cargo', ['test', '--workspace', '--profile', 'test-fast'], slow));
  testTypeScript(' (long property tests)', node, slow);
  testOnNode20();
  buildRelease();
  testTypeScript(' (release builds)', node);
  fuzz(['-runs=3000']);
  step('benchmarks, once', () => run(node, ['xtask/npm/bench.mjs', '--once']));
}
summary();

/** The TypeScript tests, with the addon and with WebAssembly where it was built. */
function testTypeScript(note, program, env = {}, suffix = '.test.ts') {
  const test = (folders, more) => run(program, ['--test', '--test-reporter=spec', ...filesBelow(folders, suffix)], { ...env, ...more });
  step(`TypeScript: tests, native${note}`, () => test(suites));
  if (existsSync(join(root, 'npm/headroom/wasm/core.wasm'))) {
    const there = existsSync(join(root, 'npm/headroom-code/wasm/code.wasm')) ? suites : suites.filter((folder) => folder !== grammars);
    step(`TypeScript: tests, WebAssembly${note}`, () => test(there, { HEADROOM_FORCE_WASM: '1' }));
  } else if (process.env['CI']) {
    fail('CI is set, and there is no WebAssembly module to test');
  }
}

/** Node 20 runs no TypeScript: the tests are compiled where they stand, so that they find their files. */
function testOnNode20() {
  const compiled = filesBelow(suites, '.ts').map((path) => join(root, path.replace(/\.ts$/, '.js')));
  try {
    step('TypeScript: compile the tests for Node 20', () => projects().forEach((path) => tsc(path, '--noEmit', 'false')));
    testTypeScript(' (Node 20)', findNode20(), {}, '.test.js');
  } finally {
    for (const path of compiled) rmSync(path, { force: true });
  }
}

/** The Node that runs npm if it is a 20, else one from the registry. */
function findNode20() {
  const own = process.env['npm_node_execpath'] ?? process.execPath;
  if (execFileSync(own, ['--version'], { encoding: 'utf8' }).startsWith('v20.')) return own;
  const fetched = ['exec', '--yes', '--package=node@20', '--', 'node', '-p', 'process.execPath'];
  return execFileSync('npm', fetched, { cwd: root, encoding: 'utf8' }).trim();
}

/** The TypeScript projects of the tests, those that hold no test yet left out. */
function projects() {
  return filesBelow(suites, 'tsconfig.json').filter((path) => filesBelow([dirname(path)], '.ts').length > 0);
}
