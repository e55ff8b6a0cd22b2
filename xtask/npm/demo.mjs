// npm run demo: everything from a fresh clone to the demo, without touching the system.
import { install, run, step, tsc, xtask } from './steps.mjs';

install();
step('build the addon', () => xtask(['build', 'native'], { light: true }));
step('compile the package', () => tsc());
console.log();
run(process.execPath, ['examples/demo.mjs', ...process.argv.slice(2)]);
