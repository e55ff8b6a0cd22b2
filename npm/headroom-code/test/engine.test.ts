// The grammars behind the option `code` of an engine.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { code } from 'headroom-code';
import { createHeadroom, HeadroomConfigError, type Format } from 'headroom-js';

const file = readFileSync(new URL('../../../crates/headroom-code/src/tests/files/queue.js', import.meta.url), 'utf8');
const conversation = [
  { role: 'user', content: 'Give me an overview of queue.js.' },
  { role: 'assistant', content: null, tool_calls: [{ id: 'a', type: 'function', function: { name: 'cat', arguments: '{"path":"queue.js"}' } }] },
  { role: 'tool', tool_call_id: 'a', content: `${file}\n${file.replaceAll('Queue', 'Stack').replaceAll('queue', 'stack')}` },
];
const options = { model: 'gpt-4o', format: 'openai' as Format };
const outlineOf = (messages: readonly { readonly content: unknown }[]) => String(messages[2]!.content);

describe('code: true', () => {
  test('finds the package by itself, and takes a module that is handed over', async () => {
    const engine = createHeadroom({ code: true });
    const { messages, blocks } = await engine.compress(conversation, options);
    // Only a grammar knows that the functions of an object are worth their signatures.
    assert.match(outlineOf(messages), /\n {2}stop: function \(queue, name\) \{\n {4}\/\/ … 2 lines \(45-46\)\n/);
    assert.equal(blocks[0]?.method, 'outline');
    assert.equal(blocks[0]?.kind, 'code');

    const others = [
      createHeadroom({ code: true }).compressSync(conversation, options).messages,
      (await createHeadroom({ code: true, modules: [code] }).compress(conversation, options)).messages,
      (await createHeadroom().compress(conversation, { ...options, code: true })).messages,
      engine.compressSync(conversation, options).messages,
    ];
    for (const other of others) assert.deepEqual(other, messages);
    const body = new TextEncoder().encode(JSON.stringify({ model: 'gpt-4o', messages: conversation, tools: [] }));
    const sent = new TextDecoder().decode((await engine.compressBody(body, { format: 'openai' })).body);
    assert.deepEqual((JSON.parse(sent) as { messages: unknown }).messages, messages);
  });

  test('asks nobody where it is not set', async () => {
    const never = { ...code, compress: () => assert.fail('asked'), compressSync: () => assert.fail('asked') };
    const { messages } = await createHeadroom({ modules: [never] }).compress(conversation, options);
    assert.equal(messages, conversation);
    await createHeadroom({ code: true, modules: [never] }).compress(conversation, { ...options, code: false });
    await createHeadroom({ code: true, modules: [never] }).compress(conversation, { ...options, lossless: true });
  });

  test('leaves what a grammar cannot read to the outline of the core', async () => {
    const blind = { ...code, compress: () => [], compressSync: () => [] };
    const { messages } = await createHeadroom({ code: true, modules: [blind] }).compress(conversation, options);
    assert.match(outlineOf(messages), /… \d+ lines/);
  });

  test('has a module that is one', () => {
    for (const modules of [[{}], {}, [{ name: 'a', kinds: ['code'] }]]) {
      assert.throws(() => createHeadroom({ modules: modules as never }), { name: 'HeadroomConfigError', key: 'modules' });
    }
    assert.throws(() => createHeadroom().compressSync(conversation, { ...options, modules: [] } as never), HeadroomConfigError);
  });
});

describe('where the package headroom-code is not what it should be', () => {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-code-'));
  after(() => rmSync(folder, { recursive: true }));
  const own = fileURLToPath(new URL('../../headroom/', import.meta.url));
  const copy = join(folder, 'node_modules/headroom-js');
  mkdirSync(copy, { recursive: true });
  for (const name of ['package.json', 'dist', 'wasm']) cpSync(join(own, name), join(copy, name), { recursive: true });
  if (existsSync(join(own, 'native'))) symlinkSync(join(own, 'native'), join(copy, 'native'), 'dir');

  const faultOf = (statement: string): string => {
    const program = `import { createHeadroom, compress } from 'headroom-js';
      try { ${statement}; console.log('none'); } catch (error) { console.log(error.name, error.key, error.message); }`;
    return execFileSync(process.execPath, ['--input-type=module', '--eval', program], { cwd: folder, encoding: 'utf8' });
  };

  test('code: true is an error at once that says how to install it', () => {
    assert.match(faultOf('createHeadroom({ code: true })'), /^HeadroomConfigError code code: needs the package headroom-code: run `npm install headroom-code`/);
    assert.match(faultOf('await compress([], { code: true })'), /^HeadroomConfigError code /);
    assert.equal(faultOf('createHeadroom({ code: false }); await compress([])').trim(), 'none');
  });

  test('another version is an error', () => {
    const other = join(folder, 'node_modules/headroom-code');
    mkdirSync(other);
    writeFileSync(join(other, 'package.json'), '{"name":"headroom-code","type":"module","exports":"./index.js"}');
    writeFileSync(join(other, 'index.js'), "export const code = { name: 'headroom-code', version: '9.9.9', kinds: ['code'], compress: () => [] };");
    assert.match(faultOf('createHeadroom({ code: true })'), /headroom-js is 0\.1\.0 and headroom-code 9\.9\.9/);
  });
});
