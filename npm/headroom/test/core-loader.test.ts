// The loader: which core is taken, and that a trap in WebAssembly costs one call only.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as node from '../dist/core/node.js';
import { faultOf } from '../dist/core/fault.js';
import { wasmCore, type Glue } from '../dist/core/wasm.js';
import type { Core } from '../dist/core/types.js';

const moduleFile = new URL('../wasm/core.wasm', import.meta.url);
const wasm = { skip: existsSync(moduleFile) ? false : 'WebAssembly was not built' };
const glue = (await import(new URL('../wasm/core.js', import.meta.url).href)) as Glue;

/** A core of its own instance whose `step` traps while `trap.next` is set. */
function trapping() {
  const trap = { next: false };
  const loaded: string[] = [];
  class Engine extends (glue.Engine as new (config: string, modules: string) => object) {
    step(texts: string[], metaJson: string) {
      if (trap.next) {
        trap.next = false;
        throw new WebAssembly.RuntimeError('unreachable');
      }
      return glue.Engine.prototype.step.call(this as unknown as Glue['Engine']['prototype'], texts, metaJson);
    }
  }
  const module = wasmCore(
    { ...glue, Engine: Engine as unknown as Glue['Engine'], loadVocabulary: (name) => void loaded.push(name) },
    { module: () => new WebAssembly.Module(readFileSync(moduleFile)) },
  );
  return { module, trap, loaded };
}

test('HEADROOM_FORCE_WASM decides which core is taken', () => {
  assert.equal(node.coreKind(), process.env['HEADROOM_FORCE_WASM'] === '1' ? 'wasm' : 'native');
});

test('the core has the whole surface', async () => {
  const core: Core = await node.loadCore();
  assert.equal(node.core(), core);
  assert.equal(core.countTokens('hello world'), 2);
  assert.ok(JSON.parse(core.optionsJson()).length > 5);
  assert.equal(JSON.parse(core.retrieveTool('openai')).type, 'function');
  const body = new TextEncoder().encode('{"model":"m","messages":[{"role":"user","content":"hi"}]}');
  assert.deepEqual(JSON.parse(core.recognise('POST', 'https://api.anthropic.com/v1/messages', '{}', body)), {
    kind: 'request',
    format: 'anthropic',
    model: 'm',
    stream: false,
  });
  const engine = new core.Engine('{}', '[]');
  const meta = JSON.stringify({ entry: 'compress', blocks: [] });
  assert.deepEqual(engine.step([], meta), await engine.stepAsync([], meta));
  assert.deepEqual(Object.keys(JSON.parse(engine.turns(body, '{"format":"anthropic"}'))), ['keys', 'end']);
  assert.equal(engine.identify(['a'], 'hr_0000000000000000'), -1);
  assert.equal(engine.markers('no marker'), '[]');
});

test('errors carry a fault', () => {
  assert.throws(
    () => new (node.core().Engine)('{"maxBlokTokens":1}', '[]'),
    (error) => faultOf(error)?.code === 'config' && faultOf(error)?.path === 'maxBlokTokens',
  );
});

test('a trap fails one call; the engine works again on a new instance', wasm, () => {
  const { module, trap, loaded } = trapping();
  module.registerVocabulary('cl100k_base', () => new Uint8Array(1));
  const engine = new (module.core().Engine)('{}', '[]');
  const meta = JSON.stringify({ entry: 'compress', blocks: [] });
  const before = engine.step([], meta);
  trap.next = true;
  assert.throws(
    () => engine.step([], meta),
    (error) => faultOf(error)?.code === 'panic',
  );
  assert.deepEqual(engine.step([], meta), before);
  assert.deepEqual(loaded, ['cl100k_base', 'cl100k_base'], 'the new instance has the vocabularies of the old one');
});
