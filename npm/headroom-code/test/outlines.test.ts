// The grammars on this runtime: what they write is what the Rust crate's snapshots show, natively and in WebAssembly.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { code, grammarsKind } from 'headroom-code';

const tests = new URL('../../../crates/headroom-code/src/tests/', import.meta.url);
// What follows the second line of three dashes.
const snapshot = (name: string) => readFileSync(new URL(`snapshots/${name.replace('.', '_')}.snap`, tests), 'utf8').split('---\n').slice(2).join('---\n');
const shipped = ['.py', '.ts', '.tsx', '.js', '.rs', '.go', '.java', '.c', '.sh'];
const files = readdirSync(new URL('files/', tests)).filter((name) => shipped.some((ending) => name.endsWith(ending)));

test('every language is outlined as in the snapshots', async () => {
  assert.equal(files.length, shipped.length);
  for (const name of files) {
    const text = readFileSync(new URL(`files/${name}`, tests), 'utf8');
    const query = { question: 'Give me an overview.', arguments: JSON.stringify({ path: name }) };
    const [outline] = code.compressSync({ text, query });
    assert.equal(outline?.text.trimEnd(), snapshot(name).trimEnd(), name);
    assert.equal(outline?.method, 'outline');
    assert.deepEqual(await code.compress({ text, query }), [outline]);
    const long = `${text}\n`.repeat(40);
    assert.deepEqual(await code.compress({ text: long, query }), code.compressSync({ text: long, query }), 'on the thread pool as well');
  }
});

test('what it cannot read it leaves alone', () => {
  const query = { question: '', arguments: '{"path":"a.py"}' };
  for (const text of ['', 'Dear reader,\n'.repeat(50), ')]}\n'.repeat(5_000), '\u0000\n'.repeat(500), 'x = [\n'.repeat(100_000)]) {
    assert.deepEqual(code.compressSync({ text, query }), []);
  }
  assert.throws(() => code.compressSync({ text: '', query: {} }), /the query is not/);
});

test('the addon is used where there is one, unless WebAssembly is asked for', { skip: process.env['HEADROOM_FORCE_WASM'] === '1' }, () => {
  const hasAddon = existsSync(new URL('../native/', import.meta.url));
  assert.equal(grammarsKind(), hasAddon ? 'native' : 'wasm');
});
