// A core that fails when it is told to: what the host does then cannot be tested with one that works.
import type { Core, CoreEngine, CoreModule, StepResult } from '../../dist/core/types.js';
import { faultError } from '../../dist/core/fault.js';

const report = { tokensBefore: 1, tokensAfter: 1, toolTokens: 0, tokensSaved: 0, estimated: false, counter: 'fake', blocks: [], warnings: [] };

/** A core of which `step` can be replaced; `made` counts its engines. */
export function fakeCore(step: (texts: string[], meta: Record<string, unknown>) => object | Promise<object>) {
  const state = { made: 0, steps: [] as Record<string, unknown>[], asynchronous: 0 };
  const run = (texts: string[], metaJson: string): StepResult => {
    const meta = JSON.parse(metaJson) as Record<string, unknown>;
    state.steps.push(meta);
    return { texts: [], outcomeJson: JSON.stringify({ changed: [], originals: [], report, ...step(texts, meta) }) };
  };
  class Engine implements CoreEngine {
    constructor() {
      state.made += 1;
    }
    step = run;
    stepAsync = async (texts: string[], metaJson: string) => {
      state.asynchronous += 1;
      return run(texts, metaJson);
    };
    bodyStep = (_: Uint8Array, metaJson: string) => ({ ...run([], metaJson), originals: [] });
    bodyStepAsync = async (body: Uint8Array, metaJson: string) => this.bodyStep(body, metaJson);
    retrieve = () => JSON.stringify({ text: 'part', found: true, part: 'all' });
    identify = () => -1;
    markers = () => '[]';
  }
  const core: Core = {
    Engine,
    countTokens: () => 1,
    loadVocabulary: () => {},
    retrieveTool: () => '{}',
    optionsJson: () => '[]',
  };
  const module: CoreModule = { core: () => core, loadCore: async () => core, coreKind: () => 'native', registerVocabulary: () => {} };
  return { module, state };
}

/** What a binding throws after a bug of the core. */
export function panic(): never {
  throw faultError({ code: 'panic', message: 'the core failed' });
}
