// A core that fails when it is told to: what the host does then cannot be tested with one that works.
import type { BodyStepResult, Core, CoreEngine, CoreInterceptor, CoreModule, StepResult } from '../../dist/core/types.js';
import { faultError } from '../../dist/core/fault.js';

const report = { tokensBefore: 1, tokensAfter: 1, toolTokens: 0, tokensSaved: 0, estimated: false, counter: 'fake', blocks: [], warnings: [] };

type Meta = Record<string, unknown>;

/** What of a core can be replaced besides `step`. */
export interface FakeParts {
  bodyStep?(body: Uint8Array, meta: Meta): BodyStepResult;
  recognise?(method: string, url: string, headers: Record<string, string>, body: Uint8Array): object;
  turns?(body: Uint8Array): object;
  intercept?(request: Uint8Array, meta: Meta): CoreInterceptor;
}

/** An interceptor that changes nothing. */
export function fakeInterceptor(parts: Partial<CoreInterceptor> = {}): CoreInterceptor {
  const done = () => ({ bytes: new Uint8Array(0), outcomeJson: JSON.stringify({ kind: 'done', retrievedTokens: 0, warnings: [] }) });
  return { begin: () => {}, push: (bytes) => bytes, end: done, answer: () => new Uint8Array(0), fail: done, ...parts };
}

/** A core of which `step` and the other parts can be replaced; `made` counts its engines. */
export function fakeCore(step: (texts: string[], meta: Meta) => object | Promise<object>, parts: FakeParts = {}) {
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
    bodyStep = (body: Uint8Array, metaJson: string) =>
      parts.bodyStep?.(body, JSON.parse(metaJson) as Meta) ?? { ...run([], metaJson), originals: [] };
    bodyStepAsync = async (body: Uint8Array, metaJson: string) => this.bodyStep(body, metaJson);
    retrieve = () => JSON.stringify({ text: 'part', found: true, part: 'all' });
    identify = () => -1;
    markers = () => '[]';
    turns = (body: Uint8Array) => JSON.stringify(parts.turns?.(body) ?? { keys: [], end: 'end' });
    intercept = (request: Uint8Array, metaJson: string) => parts.intercept?.(request, JSON.parse(metaJson) as Meta) ?? fakeInterceptor();
  }
  const core: Core = {
    Engine,
    countTokens: () => 1,
    loadVocabulary: () => {},
    retrieveTool: () => '{}',
    optionsJson: () => '[]',
    recognise: (method, url, headersJson, body) =>
      JSON.stringify(parts.recognise?.(method, url, JSON.parse(headersJson) as Record<string, string>, body) ?? { kind: 'pass', reason: 'fake' }),
  };
  const module: CoreModule = { core: () => core, loadCore: async () => core, coreKind: () => 'native', registerVocabulary: () => {} };
  return { module, state };
}

/** What a binding throws after a bug of the core. */
export function panic(): never {
  throw faultError({ code: 'panic', message: 'the core failed' });
}
