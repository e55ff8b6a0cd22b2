// npm run bench: builds for release what is not built, then measures both cores, one process each.
//   --once        as little as shows that it runs, with whatever builds there are
//   --corpus DIR  conversations to compress (default: ../shared/corpus where it exists, else generated ones)
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildRelease } from './release.mjs';
import { install, root, testNode } from './steps.mjs';

const once = process.argv.includes('--once');
const at = process.argv.indexOf('--corpus');
const corpus = at < 0 ? join(root, '../shared/corpus') : process.argv[at + 1];

install();
if (!once) buildRelease();

const cores = [['native', '0']];
if (existsSync(join(root, 'npm/headroom/wasm/core.wasm'))) cores.push(['WebAssembly', '1']);
/** Runs a program of `npm/headroom/bench` over each core; it prints its figures as JSON. */
const overCores = (program, args) =>
  cores.map(([name, force]) => {
    const output = execFileSync(testNode(), [join(root, 'npm/headroom/bench', program), ...args], {
      encoding: 'utf8',
      maxBuffer: 1 << 26,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, HEADROOM_FORCE_WASM: force },
    });
    return [name, JSON.parse(output)];
  });
const results = overCores('measure.mjs', once ? ['--once'] : ['--corpus', corpus]);
const fetches = overCores('fetch.mjs', once ? ['--once'] : []);

const row = (...cells) => console.log(cells.map((cell, index) => (index ? String(cell).padStart(14) : cell.padEnd(44))).join(''));
const each = (read, digits = 1) => results.map(([, figures]) => read(figures).toFixed(digits));

const [, first] = results[0];
console.log(`\n${first.cases} conversations, ${first.megabytes.toFixed(1)} MB of tool outputs, o200k\n`);
row('', ...results.map(([name]) => name));
row('counting, first pass, MB/s', ...each((figures) => figures.counting.first));
row('counting, second pass, MB/s', ...each((figures) => figures.counting.second));
row('gpt-tokenizer in the same process, first, MB/s', ...each((figures) => figures.gptTokenizer.first));
row('gpt-tokenizer in the same process, second, MB/s', ...each((figures) => figures.gptTokenizer.second));
row('compress JSON, MB/s', ...each((figures) => figures.json));
row('compress, cold, ms per 1,000 tokens', ...each((figures) => figures.compress.cold, 3));
row('compress, remembered, ms per 1,000 tokens', ...each((figures) => figures.compress.remembered, 3));
for (const [title, turns] of [
  ['One conversation, each turn resending all before it (ms)', 'growing'],
  ['The same of file reads, some of them read again, with profile "agent" (ms)', 'reading'],
]) {
  console.log(`\n${title}`);
  row('', ...results.map(([name]) => name), 'JSON.parse');
  for (const [index, { turn, kilobytes, parse }] of first[turns].entries()) {
    row(`turn ${turn} (${kilobytes.toFixed(0)} kB)`, ...each((figures) => figures[turns][index].took, 2), parse.toFixed(2));
  }
}

const [, { kilobytes, concurrency }] = fetches[0];
const ofFetch = (read, digits) => fetches.map(([, figures]) => read(figures).toFixed(digits));
console.log(`\nheadroomFetch, ${kilobytes.toFixed(0)} kB to a provider on this machine, no body twice`);
row('', ...fetches.map(([name]) => name));
row('fetch, median ms', ...ofFetch((figures) => figures.plain, 2));
row('headroomFetch, median ms', ...ofFetch((figures) => figures.compressing, 2));
row('overhead, ms', ...ofFetch((figures) => figures.overhead, 2));
row(`fetch, requests/s with ${concurrency} at once`, ...ofFetch((figures) => figures.plainPerSecond, 0));
row(`headroomFetch, requests/s with ${concurrency} at once`, ...ofFetch((figures) => figures.perSecond, 0));
