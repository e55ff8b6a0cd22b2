// What the commands of the root's package.json share: named, timed steps, and the tools they run.
// It imports nothing that has to be installed first.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) fail(`Node ${process.versions.node} is too old: 20.19 or later is needed`);

/** Node 24 where it could be installed, else the Node that runs this. */
export function testNode() {
  const installed = join(root, 'node_modules/node24/bin/node');
  if (existsSync(installed)) return installed;
  if (major < 22) fail('the tests need Node 22 or later, and the optional dependency node24 is not installed');
  return process.execPath;
}

const durations = [];

/** Runs `work` under a heading and keeps its duration for {@link summary}. */
export function step(name, work) {
  console.log(`\n=== ${name}`);
  const start = performance.now();
  work();
  const seconds = (performance.now() - start) / 1000;
  durations.push([name, seconds]);
  console.log(`=== ${name}: ${seconds.toFixed(1)} s`);
}

/** Prints what every step took. */
export function summary() {
  const total = durations.reduce((sum, [, seconds]) => sum + seconds, 0);
  console.log('\nDurations');
  for (const [name, seconds] of [...durations, ['all', total]]) console.log(`${seconds.toFixed(1).padStart(8)} s  ${name}`);
}

/** Runs a program in the root with its output on the terminal; ends the process if it fails. */
export function run(program, args, env = {}) {
  const shell = process.platform === 'win32' && program === 'npm';
  const { status, signal, error } = spawnSync(program, args, { cwd: root, stdio: 'inherit', shell, env: { ...process.env, ...env } });
  if (error) fail(error.code === 'ENOENT' ? `${program} is not installed` : error.message);
  if (status !== 0) fail(`\`${[program, ...args.slice(0, 6)].join(' ')}\` ended with ${status ?? signal}`);
}

/** Ends the command with a message. */
export function fail(message) {
  throw new Failure(message);
}

class Failure extends Error {}

process.on('uncaughtException', (error) => {
  console.error(error instanceof Failure ? `\nheadroom: ${error.message}` : error);
  process.exitCode = 1;
});

/** Installs what the lock file says, unless it is there. */
export function install() {
  if (isInstalled()) return;
  step('npm ci', () => run('npm', ['ci', '--no-audit', '--no-fund']));
}

function isInstalled() {
  const hidden = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(hidden)) return false;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const there = JSON.parse(readFileSync(hidden, 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, entry]) => !path.includes('node_modules/') || entry.optional || there[path]?.version === entry.version,
  );
}

/** Runs `cargo xtask`; `light` leaves out what only WebAssembly needs. */
export function xtask(args, { light = false } = {}) {
  run('cargo', ['run', '--quiet', '--profile', 'test-fast', '--package', 'xtask', ...(light ? ['--no-default-features'] : []), '--', ...args]);
}

/** Compiles the packages. */
export function compile() {
  tsc('npm/headroom');
  tsc('npm/headroom-code');
}

/** Compiles, or checks the types of what `project` includes. */
export function tsc(project, ...flags) {
  run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', project, ...flags]);
}

/** Files below `folders` whose name ends in `suffix`, relative to the root, sorted. */
export function filesBelow(folders, suffix) {
  const found = [];
  const visit = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.name === 'node_modules' || entry.name === 'dist') continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) visit(path);
      else if (entry.name.endsWith(suffix)) found.push(relative(root, path));
    }
  };
  for (const folder of folders.map((name) => join(root, name))) if (existsSync(folder)) visit(folder);
  return found.sort();
}
