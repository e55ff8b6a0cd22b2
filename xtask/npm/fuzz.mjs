// npm run fuzz [-- TARGET [SECONDS]]: the fuzz targets of the core, each for a minute; npm run test:all: for so many inputs.
// It needs a nightly compiler, and does what `cargo fuzz` does without it.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail, root, run, step, summary } from './steps.mjs';

const folder = join(root, 'crates/headroom-core/fuzz');
const built = join(process.env['CARGO_TARGET_DIR'] ?? join(root, 'target'), 'fuzz');

/** What libFuzzer needs to see where an input leads. The core has no unsafe code, so no sanitizer is asked for. */
const coverage = ['-Cpasses=sancov-module', ...['level=4', 'inline-8bit-counters', 'pc-table', 'trace-compares'].map((flag) => `-Cllvm-args=-sanitizer-coverage-${flag}`)];

/** The names of the targets. */
function allTargets() {
  return readdirSync(join(folder, 'fuzz_targets')).map((name) => name.replace(/\.rs$/, '')).sort();
}

/** The platform of the nightly compiler, or nothing where there is none. */
function nightlyHost() {
  const { status, stdout } = spawnSync('rustc', ['+nightly', '-vV'], { encoding: 'utf8' });
  return status === 0 ? /^host: (.*)$/m.exec(stdout)?.[1] : undefined;
}

/** Runs the targets with these limits of libFuzzer, or says that it cannot. With `keep`, what an input found is kept for the next time. */
export function fuzz(limits, { targets = allTargets(), keep = false } = {}) {
  const host = nightlyHost();
  if (!host) {
    console.warn('\n*** fuzzing is SKIPPED: there is no nightly compiler (rustup toolchain install nightly) ***');
    return;
  }
  const env = { CARGO_TARGET_DIR: built, RUSTFLAGS: ['--cfg', 'fuzzing', ...coverage].join(' ') };
  const manifest = join(folder, 'Cargo.toml');
  // With a target given, the flags are not those of build scripts.
  step('fuzzing: build', () => run('cargo', ['+nightly', 'build', '--release', '--bins', '--manifest-path', manifest, '--target', host], env));
  for (const target of targets) {
    const [corpus, artifacts] = ['corpus', 'artifacts'].map((kind) => join(folder, kind, target));
    [corpus, artifacts].forEach((path) => mkdirSync(path, { recursive: true }));
    const options = ['-seed=1', '-max_len=4096', '-timeout=60', '-rss_limit_mb=4096', `-dict=${join(folder, 'dictionaries', `${target}.dict`)}`, `-artifact_prefix=${artifacts}/`];
    step(`fuzzing: ${target}`, () => run(join(built, host, 'release', target), [...options, ...limits, '-verbosity=0', '-print_final_stats=1', ...(keep ? [corpus] : [])]));
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [target, seconds = '60'] = process.argv.slice(2);
  if (target !== undefined && !allTargets().includes(target)) fail(`there is no target ${target}; there are ${allTargets().join(', ')}`);
  fuzz([`-max_total_time=${seconds}`], { ...(target !== undefined && { targets: [target] }), keep: true });
  summary();
}
