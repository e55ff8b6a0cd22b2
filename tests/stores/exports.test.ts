// Bundles for the edge and the browser must not meet what only servers have: stores are reached by their own entries alone.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const dist = new URL('../../npm/headroom/dist/', import.meta.url);

/** Everything that a file imports, by way of other files too: files of the package by their names in `dist`. */
function importsOf(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const source = readFileSync(new URL(file, dist), 'utf8');
  for (const [, specifier] of source.matchAll(/(?:\bfrom|\bimport\(?)\s*'([^']+)'/g)) {
    if (specifier!.startsWith('.')) importsOf(new URL(specifier!, new URL(file, dist)).href.slice(dist.href.length), seen);
    else seen.add(specifier!);
  }
  return seen;
}

test('the entries for every runtime import no store but memory, and nothing of Node', () => {
  for (const entry of ['index.js', 'slim.js', 'ai-sdk.js', 'cl100k.js']) {
    const imports = [...importsOf(entry)];
    assert.deepEqual(imports.filter((name) => /^node:|store\/(sqlite|redis|cloudflare-kv)/.test(name)), [], entry);
  }
  assert.ok(importsOf('index.js').has('store/memory.js'));
  assert.deepEqual([...importsOf('store/cloudflare-kv.js')].filter((name) => name.startsWith('node:')), []);
});

test('the entries of the stores are there, with their types', () => {
  const { exports } = JSON.parse(readFileSync(new URL('../package.json', dist), 'utf8')) as { exports: Record<string, { types: string; default: string }> };
  for (const name of ['sqlite', 'redis', 'cloudflare-kv']) {
    const { types, default: program } = exports[`./stores/${name}`]!;
    for (const path of [types, program]) assert.ok(readFileSync(fileURLToPath(new URL(`../${path}`, dist)), 'utf8').length > 0);
  }
});
