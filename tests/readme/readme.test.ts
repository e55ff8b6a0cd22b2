// Every program in the README runs, and prints what the README says. The block of `text` after a block of `js` is its
// output. After a change run this test once with HEADROOM_UPDATE=1, which writes the new outputs into the README, and
// review the difference.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../', import.meta.url));
const readme = join(root, 'README.md');
const fakes = new URL('fakes.mjs', import.meta.url).href;
const writes = process.env['HEADROOM_UPDATE'] !== undefined;
const run = promisify(execFile);

interface FakeModel {
  readonly url: string;
  readonly close: () => void;
}
const { script } = (await import(fakes)) as { script: object[] };
const { startFakeModel } = (await import(new URL('../../examples/fake-model.mjs', import.meta.url).href)) as {
  startFakeModel(print: (line: string) => void, script: object[]): Promise<FakeModel>;
};

/** Imports that the programs make besides Headroom and what it wraps, and what takes their place. */
const replacements: [import: RegExp, by: string, client?: string][] = [
  [/import OpenAI from 'openai'/, `import { OpenAI } from '${fakes}'`, 'openai'],
  [/import Anthropic from '@anthropic-ai\/sdk'/, `import { Anthropic } from '${fakes}'`],
  [/from '@ai-sdk\/openai'/, `from '${fakes}'`],
  [/from '\.\/shop\.js'/, `from '${fakes}'`],
];

/** Sends a request to a program that is a worker. */
const visit = `
import * as program from './program.mjs';
if (program.default) {
  const body = JSON.stringify([{ role: 'user', content: 'Hello' }]);
  const response = await program.default.fetch(new Request('https://example.org', { method: 'POST', body }));
  if (!response.ok || (await response.json()).messages.length !== 1) throw new Error('the worker gave no answer');
}
`;

/** A part of the README that a program's output has to be. */
interface Output {
  readonly text: string;
  readonly at: number;
}

const text = readFileSync(readme, 'utf8');
const blocks = [...text.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].map((match) => ({
  language: match[1]!,
  text: match[2]!,
  at: match.index + 4 + match[1]!.length,
}));
const programs = blocks.flatMap(({ language, text }, index) => {
  const next = blocks[index + 1];
  return language === 'js' ? [{ source: text, output: next?.language === 'text' ? next : undefined }] : [];
});
// Inside the repository, so that the programs find the packages.
const folder = mkdtempSync(join(root, 'tests/readme/run-'));
const written: [Output, string][] = [];

/** Compares, or remembers what to write. */
function expect(output: Output | undefined, stdout: string): void {
  if (writes && output) written.push([output, stdout]);
  else assert.equal(stdout, output?.text ?? '');
}

for (const [index, { source, output }] of programs.entries()) {
  const slim = source.includes('headroom-js/slim') && !existsSync(join(root, 'npm/headroom/wasm/slim.wasm'));
  const [first] = /^import .*/m.exec(source) ?? [];
  test(`program ${index + 1}: ${first}`, { skip: slim && 'the slim module was not built' }, async () => {
    const place = mkdtempSync(join(folder, 'program-'));
    // A client that is wrapped is the real one, before a model on the loopback interface.
    const real = source.includes("from 'headroom-js/openai'") ? ['openai'] : [];
    const replaced = replacements.filter(([, , client]) => client === undefined || !real.includes(client));
    const program = replaced.reduce((text, [from, by]) => text.replace(from, by), source);
    writeFileSync(join(place, 'program.mjs'), program);
    writeFileSync(join(place, 'visit.mjs'), visit);
    const model = await startFakeModel(() => {}, script);
    const env = { ...process.env, OPENAI_BASE_URL: `${model.url}/v1`, OPENAI_API_KEY: 'none' };
    const { stdout } = await run(process.execPath, [join(place, 'visit.mjs')], { cwd: root, env }).finally(model.close);
    expect(output, stdout);
  });
}

test('the table of savings', async () => {
  const { stdout } = await run(process.execPath, [join(root, 'examples/savings.mjs')]);
  const opening = '<!-- savings -->\n';
  const at = text.indexOf(opening) + opening.length;
  expect({ at, text: text.slice(at, text.indexOf('<!-- /savings -->')) }, stdout);
});

test('the files it links to are there', () => {
  for (const [, path] of text.matchAll(/\]\((?!https?:|#)([^)]+)\)/g)) {
    assert.ok(existsSync(join(root, path!)), `${path} is not there`);
  }
});

after(() => {
  rmSync(folder, { recursive: true, force: true });
  if (written.length === 0) return;
  // From the end, so that places stay what they are.
  written.sort(([a], [b]) => b.at - a.at);
  const cut = (whole: string, [{ at, text }, stdout]: [Output, string]) => whole.slice(0, at) + stdout + whole.slice(at + text.length);
  writeFileSync(readme, written.reduce(cut, text));
});
