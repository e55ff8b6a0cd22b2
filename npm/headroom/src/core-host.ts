/**
 * One engine of the core, and a new one after it has failed.
 *
 * Owns the life of the core's objects and the difference between a fault of the caller (thrown) and a bug
 * of the core (the request passes through).
 *
 * @module
 */
import type { Core, CoreEngine, CoreModule } from './core/types.js';
import { errorOfCore } from './errors.js';

/** The result of a call that fails open. */
export type Attempt<Value> = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly warning: string };

/** Holds the engine of one configuration. */
export class CoreHost {
  readonly #module: CoreModule;
  readonly #configJson: string;
  readonly #modulesJson: string;
  #engine: CoreEngine | undefined;

  constructor(module: CoreModule, configJson: string, modulesJson: string) {
    this.#module = module;
    this.#configJson = configJson;
    this.#modulesJson = modulesJson;
  }

  /**
   * Validates the configuration, and options of single calls, now if the core can be had at once; else its first use
   * does.
   */
  validate(callOptions?: object): void {
    try {
      this.#module.core();
    } catch {
      return;
    }
    this.#made();
    if (!callOptions || Object.keys(callOptions).length === 0) return;
    this.attempt((engine) => engine.step([], JSON.stringify({ entry: 'fetch', format: 'openai', blocks: [], options: callOptions })));
  }

  /** The core, loaded first where that takes time. */
  async load(): Promise<Core> {
    return this.#module.loadCore();
  }

  /** Calls the core; its faults become Headroom's errors, and a bug of the core an error of its own. */
  call<Value>(use: (engine: CoreEngine, core: Core) => Value): Value {
    const attempt = this.attempt(use);
    if (attempt.ok) return attempt.value;
    throw new Error(attempt.warning);
  }

  /** Calls the core. Faults of the caller are thrown; after a bug of the core the next call gets a new engine. */
  attempt<Value>(use: (engine: CoreEngine, core: Core) => Value): Attempt<Value> {
    const engine = this.#made();
    try {
      return { ok: true, value: use(engine, this.#module.core()) };
    } catch (error) {
      return this.#failed(error);
    }
  }

  /** {@link attempt} for calls that take time. */
  async attemptAsync<Value>(use: (engine: CoreEngine, core: Core) => Promise<Value> | Value): Promise<Attempt<Value>> {
    const core = await this.load();
    const engine = this.#made();
    try {
      return { ok: true, value: await use(engine, core) };
    } catch (error) {
      return this.#failed(error);
    }
  }

  #made(): CoreEngine {
    const core = this.#module.core();
    try {
      return (this.#engine ??= new core.Engine(this.#configJson, this.#modulesJson));
    } catch (error) {
      throw errorOfCore(error) ?? error;
    }
  }

  #failed(error: unknown): { readonly ok: false; readonly warning: string } {
    const known = errorOfCore(error);
    if (known) throw known;
    this.#engine = undefined;
    return { ok: false, warning: 'the core failed on this request, which was passed through as it was; please report this' };
  }
}
