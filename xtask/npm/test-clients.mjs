// npm run test:clients: the real clients against a provider on the loopback interface, with the addon and with WebAssembly
// where it was built. Its last line says how many tests passed.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow, install, root, step, testNode, tsc, xtask } from './steps.mjs';

install();
step('build the addon', () => xtask(['build', 'native'], { light: true }));
step('TypeScript: compile', () => tsc());
step('TypeScript: types of the tests', () => tsc('tests/clients'));

const total = { pass: 0, fail: 0 };
for (const [core, force] of [['native', '0'], ['WebAssembly', '1']]) {
  if (force === '1' && !existsSync(join(root, 'npm/headroom/wasm/core.wasm'))) continue;
  console.log(`\n=== ${core}`);
  const counted = await clients({ HEADROOM_FORCE_WASM: force });
  total.pass += counted.pass;
  total.fail += counted.fail;
}
console.log(`\n${total.pass} passed, ${total.fail} failed`);
if (total.fail > 0 || total.pass === 0) process.exitCode = 1;

/** Runs the tests with their output on the terminal, and counts. */
async function clients(env) {
  const args = ['--test', '--test-reporter=spec', ...filesBelow(['tests/clients'], '.test.ts')];
  const child = spawn(testNode(), args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    output += chunk;
    process.stdout.write(chunk);
  });
  const status = await new Promise((resolve) => child.on('close', resolve));
  const count = (word) => Number(new RegExp(`^\\S+ ${word} (\\d+)$`, 'm').exec(output)?.[1] ?? 0);
  const fail = count('fail') + count('cancelled');
  return { pass: count('pass'), fail: status !== 0 && fail === 0 ? 1 : fail };
}
