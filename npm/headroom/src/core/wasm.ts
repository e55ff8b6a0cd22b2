/**
 * The core in WebAssembly, on every runtime: each brings its compiled module in its own way, the rest is here.
 *
 * A panic in WebAssembly is a trap, after which the instance's memory cannot be trusted. The call that trapped
 * fails with the fault `panic`, as the native addon's does; the next one gets a new instance, and every engine
 * is made anew from its configuration.
 *
 * @module
 */
import { faultError } from './fault.js';
import type { BodyStepResult, Core, CoreEngine, CoreInterceptor, CoreModule, InterceptEnd, StepResult } from './types.js';

/** An engine of one instance: there are no threads. */
type InstanceEngine = Omit<CoreEngine, 'stepAsync' | 'bodyStepAsync'>;

/** wasm-bindgen's JavaScript beside the module. */
export interface Glue {
  initSync(options: { module: WebAssembly.Module }): unknown;
  /** Replaces the instance by a new one of the same module. */
  __wbg_reset_state(): void;
  Engine: { new (configJson: string, modulesJson: string): InstanceEngine; prototype: InstanceEngine };
  countTokens: Core['countTokens'];
  loadVocabulary: Core['loadVocabulary'];
  retrieveTool: Core['retrieveTool'];
  recognise: Core['recognise'];
  optionsJson: Core['optionsJson'];
}

/** Where a runtime gets the compiled module from. */
export interface ModuleSource {
  /** The module at once, where that is possible. */
  module?(): WebAssembly.Module;
  /** The module, loaded first. */
  load?(): Promise<WebAssembly.Module>;
}

/** The core over a module; nothing is instantiated before the first use. */
export function wasmCore(glue: Glue, source: ModuleSource): CoreModule {
  const vocabularies = new Map<string, () => Uint8Array>();
  /** Counts instances; 0 before the first. */
  let instance = 0;
  let trapped = false;

  const started = () => {
    instance += 1;
    trapped = false;
    for (const [name, asset] of vocabularies) glue.loadVocabulary(name, asset());
  };

  const start = (module: WebAssembly.Module) => {
    glue.initSync({ module });
    started();
  };

  /** Runs `call` on a live instance and notices traps. */
  const guarded = <T>(call: () => T): T => {
    if (trapped) {
      glue.__wbg_reset_state();
      started();
    }
    try {
      return call();
    } catch (error) {
      if (!isTrap(error)) throw error;
      trapped = true;
      // Without the cause: its stack is of no use without symbols, and its message may not be ours to show.
      throw faultError({ code: 'panic', message: 'the core failed and was started anew' });
    }
  };

  class Engine implements CoreEngine {
    readonly #configJson: string;
    readonly #modulesJson: string;
    #inner: InstanceEngine | undefined;
    #instance = 0;

    constructor(configJson: string, modulesJson: string) {
      this.#configJson = configJson;
      this.#modulesJson = modulesJson;
      this.#call(() => undefined);
    }

    #call<T>(call: (inner: InstanceEngine) => T): T {
      return guarded(() => {
        if (this.#inner === undefined || this.#instance !== instance) {
          this.#inner = new glue.Engine(this.#configJson, this.#modulesJson);
          this.#instance = instance;
        }
        return call(this.#inner);
      });
    }

    step(texts: string[], metaJson: string): StepResult {
      return this.#call((inner) => inner.step(texts, metaJson));
    }

    async stepAsync(texts: string[], metaJson: string): Promise<StepResult> {
      return this.step(texts, metaJson);
    }

    bodyStep(body: Uint8Array, metaJson: string): BodyStepResult {
      return this.#call((inner) => inner.bodyStep(body, metaJson));
    }

    async bodyStepAsync(body: Uint8Array, metaJson: string): Promise<BodyStepResult> {
      return this.bodyStep(body, metaJson);
    }

    turns(body: Uint8Array, metaJson: string): string {
      return this.#call((inner) => inner.turns(body, metaJson));
    }

    retrieve(original: string, argumentsJson: string, model?: string): string {
      return this.#call((inner) => inner.retrieve(original, argumentsJson, model));
    }

    identify(texts: string[], id: string): number {
      return this.#call((inner) => inner.identify(texts, id));
    }

    markers(text: string): string {
      return this.#call((inner) => inner.markers(text));
    }

    intercept(request: Uint8Array, metaJson: string): CoreInterceptor {
      return this.#call((inner) => new Interceptor(inner.intercept(request, metaJson)));
    }
  }

  /** An interceptor holds what has been read of an answer, so it cannot be made anew: it ends with its instance. */
  class Interceptor implements CoreInterceptor {
    readonly #inner: CoreInterceptor;
    readonly #instance = instance;

    constructor(inner: CoreInterceptor) {
      this.#inner = inner;
    }

    #call<T>(call: (inner: CoreInterceptor) => T): T {
      return guarded(() => {
        if (this.#instance !== instance) throw faultError({ code: 'panic', message: 'the core failed while this answer was read' });
        return call(this.#inner);
      });
    }

    begin(metaJson: string): void {
      this.#call((inner) => inner.begin(metaJson));
    }

    push(bytes: Uint8Array): Uint8Array {
      return this.#call((inner) => inner.push(bytes));
    }

    end(): InterceptEnd {
      return this.#call((inner) => inner.end());
    }

    answer(answersJson: string): Uint8Array {
      return this.#call((inner) => inner.answer(answersJson));
    }

    fail(failureJson: string): InterceptEnd {
      return this.#call((inner) => inner.fail(failureJson));
    }

    free(): void {
      if (this.#instance === instance && !trapped) this.#inner.free?.();
    }
  }

  const bound: Core = {
    Engine,
    countTokens: (text, model) => guarded(() => glue.countTokens(text, model)),
    loadVocabulary: (name, asset) => {
      vocabularies.set(name, () => asset);
      guarded(() => glue.loadVocabulary(name, asset));
    },
    retrieveTool: (format) => guarded(() => glue.retrieveTool(format)),
    recognise: (method, url, headersJson, body) => guarded(() => glue.recognise(method, url, headersJson, body)),
    optionsJson: () => guarded(() => glue.optionsJson()),
  };

  let loading: Promise<Core> | undefined;
  const core = () => {
    if (instance === 0) {
      if (source.module === undefined) {
        throw new Error('the WebAssembly core is not loaded yet: await `loadCore()` first');
      }
      start(source.module());
    }
    return bound;
  };

  return {
    core,
    loadCore: async () => {
      if (instance > 0 || source.load === undefined) return core();
      loading ??= source.load().then((module) => {
        if (instance === 0) start(module);
        return bound;
      });
      // A failed download may succeed the next time.
      loading.catch(() => (loading = undefined));
      return loading;
    },
    coreKind: () => 'wasm',
    registerVocabulary: (name, asset) => {
      vocabularies.set(name, asset);
      if (instance > 0) guarded(() => glue.loadVocabulary(name, asset()));
    },
  };
}

/** Whether an error leaves the instance unusable: a trap, or a stack that ran out halfway. */
function isTrap(error: unknown): boolean {
  return (
    error instanceof WebAssembly.RuntimeError ||
    error instanceof RangeError ||
    // Firefox's name for a stack that ran out.
    (error instanceof Error && error.name === 'InternalError')
  );
}
