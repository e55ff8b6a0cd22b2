// What compressing each file in examples/data saves, as the table in README.md.
//
//   node examples/savings.mjs    after a build
import { readFileSync } from 'node:fs';
import { createHeadroom } from 'headroom-js';

const files = [
  'orders.json',
  'requests.ndjson',
  'cargo-metadata.json',
  'npm-ls.json',
  'service.log',
  'test-run.txt',
  'search.txt',
  'change.diff',
  'tides.csv',
];

/** The conversation in which a tool has returned `file`. */
function conversation(file) {
  return [
    { role: 'assistant', content: null, tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'fetch', arguments: '{}' } }] },
    { role: 'tool', tool_call_id: 'call_1', content: readFileSync(new URL(`data/${file}`, import.meta.url), 'utf8') },
  ];
}

/** Tokens of the tool result before and after, and how it was made smaller. */
async function measure(file, options) {
  // A fresh engine, so that nothing is remembered.
  const { blocks } = await createHeadroom().compress(conversation(file), { model: 'gpt-4o', ...options });
  return blocks[0];
}

function cell({ tokensBefore, tokensAfter, method, omissions }) {
  const left = omissions.map(({ count, total, unit }) => `, ${count} of ${total} ${unit} left out`).join('');
  return `${number(tokensAfter)} (−${Math.round(100 * (1 - tokensAfter / tokensBefore))} %, \`${method}\`${left})`;
}

const number = (value) => value.toLocaleString('en-US');

const lines = ['| Tool result | Tokens | Lossless | Default |', '|---|--:|---|---|'];
for (const file of files) {
  const [lossless, byDefault] = [await measure(file, { lossless: true }), await measure(file, {})];
  lines.push(`| \`${file}\` | ${number(lossless.tokensBefore)} | ${cell(lossless)} | ${cell(byDefault)} |`);
}
console.log(lines.join('\n'));
