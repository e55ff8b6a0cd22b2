// Compresses the files in examples/data as if tools had returned them, and shows what the model gets to see; then runs
// the agent of ai-sdk-agent.mjs.
//
//   npm run demo                 from the repository's root: builds first
//   node examples/demo.mjs       after a build
//     --whole                    print everything that the model sees
import { readFileSync } from 'node:fs';
import { countTokens, createHeadroom } from 'headroom-js';
import { runAgent } from './ai-sdk-agent.mjs';

const model = 'gpt-4o';
const whole = process.argv.includes('--whole');
const shownLines = 14;
const width = Math.min(process.stdout.columns || 110, 160);

const cases = [
  ['orders.json', 'fetch_orders', 'Which payments failed, and what does a usual order cost?'],
  ['requests.ndjson', 'query_logs', 'Which requests failed?'],
  ['npm-ls.json', 'run_command', 'Which versions of ai are installed?'],
  ['cargo-metadata.json', 'run_command', 'Which crates are there?'],
  ['service.log', 'query_logs', 'Why did bookings fail?'],
  ['test-run.txt', 'run_command', 'Which tests failed, and why?'],
  ['search.txt', 'run_command', 'Where is a marker verified?'],
  ['change.diff', 'run_command', 'What changed?'],
  ['tides.csv', 'read_table', 'When was the highest water, and where?'],
];

const engine = createHeadroom();
const rows = [];
for (const [file, tool, question] of cases) {
  const conversation = [
    { role: 'user', content: question },
    { role: 'assistant', content: null, tool_calls: [{ id: 'call_1', type: 'function', function: { name: tool, arguments: '{}' } }] },
    { role: 'tool', tool_call_id: 'call_1', content: readFileSync(new URL(`data/${file}`, import.meta.url), 'utf8') },
  ];
  const start = performance.now();
  const { messages, blocks } = await engine.compress(conversation, { model });
  const milliseconds = performance.now() - start;
  const text = messages.at(-1).content;
  const [block] = blocks;
  const [before, after] = [conversation, messages].map((list) => countTokens(list.at(-1).content, { model }));
  const left = block?.omissions.map(({ unit, count, total }) => `${count} of ${total} ${unit} left out`).join(', ') || 'nothing left out';
  rows.push({ file, 'tokens before': before, after, 'saved %': Math.round(100 * (1 - after / before)), method: block?.method ?? 'none', left, ms: +milliseconds.toFixed(1) });
  title(`${file}: "${question}"`);
  console.log(`${before} tokens -> ${after}; ${left}. What the model sees:\n`);
  console.log(shortened(text));
}

title('In short');
console.table(rows);

title('An agent whose model asks for what was left out');
await runAgent(console.log);

function title(text) {
  console.log(`\n\x1b[1m${text}\x1b[0m`);
}

/** `text` cut to the terminal: its first lines and its last, which has the marker. */
function shortened(text) {
  if (whole) return text;
  const lines = text.trimEnd().split('\n').map((line) => (line.length > width - 2 ? `${line.slice(0, width - 3)}…` : line));
  if (lines.length <= shownLines) return indented(lines);
  const hidden = lines.length - shownLines;
  return indented([...lines.slice(0, shownLines - 2), `\x1b[2m(${hidden} more lines; --whole shows them)\x1b[0m`, ...lines.slice(-2)]);
}

function indented(lines) {
  return lines.map((line) => `  ${line}`).join('\n');
}
