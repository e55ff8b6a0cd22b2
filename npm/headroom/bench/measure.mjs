// Measures one core (HEADROOM_FORCE_WASM decides which) and prints the figures as JSON.
//   node measure.mjs [--once] [--corpus DIR]
import { createHeadroom, countTokens } from 'headroom-js';
import { countTokens as countByGptTokenizer } from 'gpt-tokenizer/encoding/o200k_base';
import { conversations, growingBody, readingBody, toolTexts } from './inputs.mjs';

const flag = (name) => (process.argv.includes(name) ? process.argv[process.argv.indexOf(name) + 1] : undefined);
const once = process.argv.includes('--once');
const cases = conversations(flag('--corpus'));
const texts = cases.flatMap(({ messages }) => toolTexts(messages));
const model = 'gpt-4o';

const milliseconds = (work) => {
  const start = performance.now();
  work();
  return performance.now() - start;
};
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const megabytes = (list) => list.reduce((sum, text) => sum + Buffer.byteLength(text), 0) / 1e6;

/** MB/s of the first and the second pass over all texts. */
function counting(count) {
  const pass = () => megabytes(texts) / (milliseconds(() => texts.forEach((text) => count(text))) / 1000);
  return { first: pass(), second: pass() };
}

/** Median ms per 1,000 tokens with an engine that has seen nothing, and with the same engine again. */
function compressing(list) {
  const cold = [];
  const remembered = [];
  for (const { messages } of list) {
    for (let round = 0; round < (once ? 1 : 3); round += 1) {
      const engine = createHeadroom();
      let result;
      const first = milliseconds(() => (result = engine.compressSync(messages, { model })));
      const second = milliseconds(() => engine.compressSync(messages, { model }));
      const thousands = result.tokensBefore / 1000;
      if (thousands === 0) continue;
      cold.push(first / thousands);
      remembered.push(second / thousands);
    }
  }
  return { cold: median(cold), remembered: median(remembered) };
}

/** MB/s of compressing the tool outputs that are JSON, each with an engine that has seen nothing. */
function json() {
  const list = cases.filter(({ kind }) => kind.startsWith('json'));
  const total = list.reduce(
    (sum, { messages }) => sum + milliseconds(() => createHeadroom().compressSync(messages, { model })),
    0,
  );
  return megabytes(list.flatMap(({ messages }) => toolTexts(messages))) / (total / 1000);
}

/** ms of turn n of one conversation, each turn resending all before it, beside `JSON.parse` of that body. */
async function growing(bodyOf, wanted, options) {
  const engine = createHeadroom(options);
  const decoder = new TextDecoder();
  const rows = [];
  for (let turn = 1; turn <= wanted.at(-1); turn += 1) {
    // Only the turns reported and those just before them are sent: what is older is new to the engine but once.
    if (!wanted.includes(turn) && !wanted.includes(turn + 1)) continue;
    const body = bodyOf(turn);
    const start = performance.now();
    await engine.compressBody(body, { format: 'openai' });
    const took = performance.now() - start;
    if (wanted.includes(turn)) {
      const parse = median([1, 2, 3].map(() => milliseconds(() => JSON.parse(decoder.decode(body)))));
      rows.push({ turn, kilobytes: body.length / 1000, took, parse });
    }
  }
  return rows;
}

// The code is compiled by the time it is measured.
compressing(cases.slice(0, 5));
const figures = {
  cases: cases.length,
  megabytes: megabytes(texts),
  counting: counting((text) => countTokens(text, { model })),
  gptTokenizer: counting((text) => countByGptTokenizer(text, { allowedSpecial: new Set(), disallowedSpecial: new Set() })),
  json: json(),
  compress: compressing(cases),
  growing: await growing(growingBody, once ? [1, 10] : [1, 10, 100, 500]),
  reading: await growing(readingBody, once ? [1, 10] : [10, 500, 2000], { profile: 'agent' }),
};
console.log(JSON.stringify(figures));
