// npm run demo: everything from a fresh clone to the demo, without touching the system.
import { compile, install, run, step, xtask } from './steps.mjs';

install();
step('build the addon', () => xtask(['build', 'native'], { light: true }));
step('compile the package', compile);
console.log();
run(process.execPath, ['examples/demo.mjs', ...process.argv.slice(2)]);
