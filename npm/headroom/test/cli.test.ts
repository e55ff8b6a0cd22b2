// The command as it is installed: the compiled file in a process of its own, on the outputs in examples/data.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createHeadroom } from 'headroom-js';
import { readArguments } from '../dist/cli/arguments.js';
import { commands } from '../dist/cli/commands.js';
import { completionScript } from '../dist/cli/completion.js';
import { didYouMean } from '../dist/cli/nearest.js';
import { claudeCodeSession, codexSession, data } from './helpers/transcripts.ts';

const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const examples = fileURLToPath(new URL('../../../examples/data/', import.meta.url));
const page = new URL('../../../docs/command-line.md', import.meta.url);
const hasSqlite = process.getBuiltinModule?.('node:sqlite') !== undefined;

const folder = mkdtempSync(join(tmpdir(), 'headroom-cli-'));
for (const file of readdirSync(examples)) copyFileSync(join(examples, file), join(folder, file));
writeFileSync(join(folder, 'session.jsonl'), claudeCodeSession());
writeFileSync(join(folder, 'rollout.jsonl'), codexSession());
after(() => rmSync(folder, { recursive: true, force: true }));

const { HEADROOM_SECRET: _, FORCE_COLOR: __, NO_COLOR: ___, ...outer } = process.env;
const environment = { ...outer, COLUMNS: '110' };

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly bytes: Buffer;
}

function execute(program: string, words: readonly string[], { input, env }: { input?: string | Uint8Array; env?: NodeJS.ProcessEnv } = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { cwd: folder, env: { ...environment, ...env }, encoding: 'buffer', maxBuffer: 1 << 26 } as const;
    const child = execFile(program, words, options, (error, stdout, stderr) => {
      const code = error ? Number(error.code) : 0;
      resolve({ code, stdout: stdout.toString(), stderr: stderr.toString(), bytes: stdout });
    });
    child.stdin!.end(input ?? '');
  });
}

const headroom = (words: readonly string[], options?: Parameters<typeof execute>[2]): Promise<Ended> => execute(process.execPath, [main, ...words], options);

/** What `compress` makes of a tool's output in a conversation. */
async function expected(text: string, options = {}): Promise<string> {
  const { messages } = await createHeadroom(options).compress([{ role: 'tool', tool_call_id: 'c', content: text }]);
  return messages[0]!.content;
}

const handleIn = (text: string): string => /hr_[0-9a-z]{16}/.exec(text)![0];

describe('headroom', { concurrency: 4 }, () => {
  test('compress is a filter: the text on standard output, nothing else anywhere', async () => {
    const log = data('service.log');
    const fromFile = await headroom(['compress', 'service.log']);
    assert.deepEqual([fromFile.code, fromFile.stderr], [0, '']);
    assert.equal(fromFile.stdout, await expected(log));
    const fromStdin = await headroom(['compress', '-', '--lossless'], { input: data('tides.csv') });
    assert.deepEqual([fromStdin.code, fromStdin.stderr], [0, '']);
    assert.equal(fromStdin.stdout, await expected(data('tides.csv'), { lossless: true }));
  });

  test('compress says what nothing can bring back, and the figures where they are asked for', async () => {
    const { stderr, stdout } = await headroom(['compress', '--json', '--stats', '--set', 'maxBlockTokens=2000'], { input: data('orders.json') });
    assert.match(stderr, /59,245 → [\d,]+ tokens \(−\d\d %\), json by rows; counted by o200k_base, an estimate\n/);
    assert.match(stderr, /warning: parts were left out, and nothing keeps the original: --store PATH keeps it/);
    const { text, report } = JSON.parse(stdout);
    assert.equal(text, await expected(data('orders.json'), { maxBlockTokens: 2000 }));
    assert.equal(report.blocks[0].omissions[0].unit, 'rows');
  });

  test('compress lets through what is no text, byte for byte', async () => {
    const input = Uint8Array.from({ length: 4096 }, (_, at) => (at * 7) % 256);
    const { code, bytes, stderr } = await headroom(['compress'], { input });
    assert.equal(code, 0);
    assert.deepEqual(Uint8Array.from(bytes), input);
    assert.match(stderr, /not UTF-8/);
  });

  test('compress --messages changes nothing in a request body but the texts', async () => {
    const content = data('requests.ndjson');
    const body = `{ "model":"gpt-4o",\n  "temperature": 1.0, "messages": [{"role":"tool","tool_call_id":"c","content":${JSON.stringify(content)}}] }`;
    const { code, stdout } = await headroom(['compress', '--messages', '--lossless'], { input: body });
    assert.equal(code, 0);
    const { messages } = JSON.parse(stdout);
    assert.equal(stdout, body.replace(JSON.stringify(content), () => JSON.stringify(messages[0].content)));
    assert.ok(messages[0].content.length < content.length / 2);
  });

  test('retrieve brings back a part, or the whole, from the file that was compressed', async () => {
    const id = handleIn(await expected(data('service.log')));
    const part = await headroom(['retrieve', id, '--from', 'service.log', '--lines', '901', '--json']);
    assert.deepEqual(JSON.parse(part.stdout), {
      text: `[line 901 of 1389]\n${data('service.log').split('\n')[900]}\n`,
      found: true,
      part: 'line 901 of 1389',
    });
    const whole = await headroom(['retrieve', `headroom_retrieve("${id}")`, '--from', '-', '--whole'], { input: data('service.log') });
    assert.equal(whole.stdout, data('service.log'));
    const other = await headroom(['retrieve', id, '--from', 'tides.csv']);
    assert.deepEqual([other.code, other.stdout], [1, '']);
    assert.match(other.stderr, /no original of hr_\w+ in tides\.csv/);
  });

  test('retrieve brings it back from a store, whose key lies beside it', { skip: !hasSqlite && 'this Node has no SQLite' }, async () => {
    const compressed = await headroom(['compress', '--store', 'kept/originals.db'], { input: data('search.txt') });
    assert.deepEqual([compressed.code, compressed.stderr], [0, '']);
    if (process.platform !== 'win32') assert.equal(statSync(join(folder, 'kept/originals.db.secret')).mode & 0o777, 0o600);
    const id = handleIn(compressed.stdout);
    assert.notEqual(id, handleIn(await expected(data('search.txt'))), 'the key is a secret one');
    const { code, stdout, stderr } = await headroom(['retrieve', id, '--store', 'kept/originals.db', '--whole']);
    assert.deepEqual([code, stderr], [0, '']);
    assert.equal(stdout, data('search.txt'));
    const gone = await headroom(['retrieve', id, '--store', 'kept/none.db']);
    assert.equal(gone.code, 3);
    assert.match(gone.stderr, /cannot open the store kept\/none\.db: there is no such file/);
  });

  test('explain shows both sides in the width there is, and every omission', async () => {
    const { code, stdout } = await headroom(['explain', 'service.log']);
    assert.equal(code, 0);
    const rows = stdout.split('\n').filter((line) => line.includes(' │ '));
    assert.ok(rows.length > 5 && rows.every((line) => [...line].length <= 110));
    assert.match(stdout, /log by log-templates: 50,237 → [\d,]+ tokens/);
    assert.match(stdout, /- [\d,]+ of 1,389 lines left out: 3-5, 7-13/);
    assert.match(stdout, /headroom retrieve hr_\w+ --from service\.log --lines 3-5/);
  });

  test('replay prices sessions net, and finds the breaks that are not its own', async () => {
    const { code, stdout } = await headroom(['replay', '--json', 'session.jsonl', 'rollout.jsonl']);
    assert.equal(code, 0);
    const [claude, codex] = JSON.parse(stdout);
    assert.deepEqual([claude.source, claude.requests, claude.prices.written], ['Claude Code', 5, 1.25]);
    assert.deepEqual([codex.source, codex.requests, codex.prices.written], ['Codex', 4, 1]);
    assert.deepEqual(claude.without.prefixBreaks.map(({ request, reason }: { request: number; reason: string }) => [request, reason]), [[5, 'the conversation was compacted']]);
    for (const session of [claude, codex]) {
      assert.deepEqual(session.profiles.map(({ profile }: { profile: string }) => profile), ['default', 'agent']);
      for (const { ownBreaks, saved, toolTokens, bill, cached, written } of session.profiles) {
        assert.deepEqual(ownBreaks, []);
        assert.ok(saved > 0.3 && saved < 1, String(saved));
        assert.ok(toolTokens > 0 && toolTokens <= 170);
        assert.ok(Math.abs(bill - (session.prices.cached * cached + session.prices.written * written)) < 1e-6);
      }
    }
  });

  test('doctor finds nothing wrong here', async () => {
    const { code, stdout } = await headroom(['doctor', '--json']);
    const { healthy, findings } = JSON.parse(stdout);
    assert.ok(healthy, stdout);
    assert.equal(code, 0);
    const found = (wanted: string): string => findings.find(({ name }: { name: string }) => name === wanted).found;
    assert.match(found('core'), process.env['HEADROOM_FORCE_WASM'] === '1' ? /^WebAssembly/ : /^native/);
    assert.match(found('lossy'), /came back by hr_/);
  });

  test('errors say what to do, on standard error, with a code of their own', async () => {
    const wrong: [words: string[], code: number, message: RegExp][] = [
      [['compres'], 2, /unknown command compres; did you mean compress\?/],
      [['compress', '--set', 'maxBlokTokens=1', 'tides.csv'], 2, /did you mean `maxBlockTokens`/],
      [['compress', 'none.txt'], 3, /cannot read none\.txt: there is no such file/],
      [['compress', '--messages', 'tides.csv'], 3, /tides\.csv is not JSON/],
      [['retrieve', 'hr_k3f9m2q7x4tb0c5d'], 2, /either --store PATH.* or --from FILE/],
    ];
    for (const { code, stdout, stderr, wanted } of await Promise.all(wrong.map(async ([words, ...wanted]) => ({ ...(await headroom(words)), wanted })))) {
      assert.deepEqual([code, stdout], [wanted[0], '']);
      assert.match(stderr, wanted[1]);
      assert.match(stderr, /^headroom: /);
    }
  });

  test('colours are for terminals, and for whoever forces them', async () => {
    const [plain, forced, forbidden] = await Promise.all([{}, { FORCE_COLOR: '1' }, { FORCE_COLOR: '1', NO_COLOR: '1' }].map((env) => headroom(['--help'], { env })));
    assert.ok(!plain!.stdout.includes('\x1b') && plain!.stdout === forbidden!.stdout);
    assert.ok(forced!.stdout.includes('\x1b[1mCommands\x1b[22m'));
  });

  test('a reader that goes away ends it quietly', async () => {
    const child = spawn(process.execPath, [main, 'retrieve', handleIn(await expected(data('service.log'))), '--from', 'service.log', '--whole'], { cwd: folder, env: environment });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.stdout.destroy();
    const code = await new Promise((resolve) => child.on('close', resolve));
    assert.deepEqual([code, stderr], [0, '']);
  });
});

describe('one definition', () => {
  const command = (name: string) => commands.find((candidate) => candidate.name === name)!;

  test('reads and checks the command line', () => {
    const { values, positionals } = readArguments(command('compress'), ['-q', 'a b', 'x.json', '--lossless', '--set=a=1', '--set', 'b=2', '--max-block-tokens', '7'])!;
    assert.deepEqual(positionals, ['x.json']);
    assert.deepEqual([values['query'], values['lossless'], values['quiet'], values['set'], values['max-block-tokens'], values['store']], ['a b', true, false, ['a=1', 'b=2'], 7, undefined]);
    assert.equal(readArguments(command('doctor'), ['--help']), undefined);
    const wrong: [name: string, words: string[], message: RegExp][] = [
      ['compress', ['--losless'], /unknown flag --losless; did you mean --lossless\?/],
      ['compress', ['--query'], /--query needs a value: WORDS/],
      ['compress', ['--query', '--lossless'], /write --query=--lossless/],
      ['compress', ['--lossless=yes'], /--lossless takes no value/],
      ['compress', ['--max-block-tokens', 'many'], /must be a number from 0 on, not many/],
      ['compress', ['a', 'b'], /takes only FILE/],
      ['compress', ['--format', 'anthropc'], /must be one of openai, .*; did you mean anthropic\?/],
      ['completion', ['zs'], /SHELL must be one of bash, zsh, fish; did you mean zsh\?/],
      ['replay', [], /FILE is missing: headroom replay FILE… \[flags\]/],
    ];
    for (const [name, words, message] of wrong) assert.throws(() => readArguments(command(name), words), message);
  });

  test('finds the name that was meant, and none for what is far from all', () => {
    assert.equal(didYouMean('retreive', ['retrieve', 'replay']), '; did you mean retrieve?');
    assert.equal(didYouMean('--max-block', ['--max-block-tokens', '--model']), '; did you mean --max-block-tokens?');
    assert.equal(didYouMean('frobnicate', ['retrieve', 'replay']), '');
  });

  test('completes in bash', { skip: process.platform === 'win32' }, async () => {
    const script = completionScript('bash', commands);
    const complete = async (...words: string[]): Promise<string[]> => {
      const line = `${script}\nCOMP_WORDS=(headroom ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}; _headroom; printf '%s\\n' "\${COMPREPLY[@]}"`;
      return (await execute('bash', ['--norc', '-c', line])).stdout.trim().split('\n');
    };
    assert.deepEqual(await complete('re'), ['retrieve', 'replay']);
    assert.deepEqual(await complete('compress', '--l'), ['--lossless']);
    assert.deepEqual(await complete('replay', '--profile', ''), ['default', 'agent']);
    assert.deepEqual(await complete('completion', ''), ['bash', 'zsh', 'fish']);
  });

  test('has a script for every shell, with every flag', () => {
    for (const shell of ['bash', 'zsh', 'fish']) {
      const script = completionScript(shell, commands);
      for (const { name, flags } of commands) {
        assert.ok(script.includes(name));
        for (const flag of Object.keys(flags)) assert.ok(script.includes(shell === 'fish' ? `-l ${flag}` : `--${flag}`), `${shell}: ${flag}`);
      }
    }
  });

  test('has every command and flag on its page', () => {
    const text = readFileSync(page, 'utf8');
    for (const { name, flags } of commands) {
      assert.ok(text.includes(`## headroom ${name}`), name);
      for (const flag of Object.keys(flags)) assert.ok(text.includes(`--${flag}`), `${name} --${flag}`);
    }
  });
});

// The block of `text` after a block of `sh` is its output. After a change run this test once with HEADROOM_UPDATE=1,
// which writes the new outputs into the page, and review the difference.
test('the commands in docs/command-line.md print what stands there', { skip: process.platform === 'win32' }, async () => {
  let text = readFileSync(page, 'utf8');
  const blocks = [...text.matchAll(/^```sh\n([^]*?)^```\n\n```text\n([^]*?)^```$/gm)];
  assert.ok(blocks.length >= 5);
  const shell = `headroom() { '${process.execPath}' '${main}' "$@"; }\n`;
  const outputs: string[] = [];
  // One after the other, as a reader would: some write the same file.
  for (const [, commands] of blocks) {
    const { stdout } = await execute('bash', ['--norc', '-c', `${shell}{ ${commands}} 2>&1`], { env: { COLUMNS: '100' } });
    outputs.push(stdout);
  }
  if (process.env['HEADROOM_UPDATE'] === undefined) {
    assert.deepEqual(outputs, blocks.map(([, , output]) => output));
    return;
  }
  blocks.forEach(([whole, , output], at) => {
    text = text.replace(whole!, () => whole!.replace(`text\n${output}`, () => `text\n${outputs[at]}`));
  });
  writeFileSync(page, text);
});
