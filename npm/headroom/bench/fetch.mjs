// Measures what headroomFetch adds to a request over the loopback interface (HEADROOM_FORCE_WASM decides on the core) and
// prints the figures as JSON.
//   node fetch.mjs [--once]
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createHeadroom } from 'headroom-js';
import { anthropicBody } from './inputs.mjs';

const once = process.argv.includes('--once');
const alone = once ? 5 : 300;
const together = once ? 16 : 2000;
const concurrency = 8;

const provider = fork(fileURLToPath(new URL('provider.mjs', import.meta.url)));
const port = await new Promise((resolve) => provider.once('message', resolve));
const url = `http://127.0.0.1:${port}/v1/messages`;
const headers = { 'content-type': 'application/json', 'x-api-key': 'none', 'anthropic-version': '2023-06-01' };

const plain = globalThis.fetch;
const compressing = createHeadroom().fetch();
// No body comes twice: nothing of what is measured is remembered.
let made = 0;
const bodies = (count) => Array.from({ length: count }, () => anthropicBody((made += 1)));

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

async function send(fetch, body) {
  const response = await fetch(url, { method: 'POST', headers, body });
  await response.text();
}

/** Median milliseconds of one request after another, plain and compressing in turns. */
async function oneByOne() {
  const took = [[], []];
  for (const body of bodies(alone)) {
    for (const [at, fetch] of [plain, compressing].entries()) {
      const start = performance.now();
      await send(fetch, body);
      took[at].push(performance.now() - start);
    }
  }
  return took.map(median);
}

/** Requests a second of so many at once. */
async function throughput(fetch) {
  const left = bodies(together);
  const worker = async () => {
    for (let body = left.pop(); body !== undefined; body = left.pop()) await send(fetch, body);
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: concurrency }, worker));
  return together / ((performance.now() - start) / 1000);
}

// The code is compiled by the time it is measured.
for (const body of bodies(once ? 1 : 100)) for (const fetch of [plain, compressing]) await send(fetch, body);
const [plainMedian, compressingMedian] = await oneByOne();
const figures = {
  kilobytes: Buffer.byteLength(anthropicBody(0)) / 1000,
  plain: plainMedian,
  compressing: compressingMedian,
  overhead: compressingMedian - plainMedian,
  concurrency,
  plainPerSecond: await throughput(plain),
  perSecond: await throughput(compressing),
};
console.log(JSON.stringify(figures));
provider.disconnect();
