/**
 * What is given to `headroomFetch`, and what it comes to: an engine, options of its calls, and a `fetch` underneath.
 *
 * @module
 */
import { checkCallOptions } from '../config.js';
import type { CallOptions, HeadroomConfig } from '../config.generated.js';
import { inside, isEngine, type Headroom } from '../engine.js';
import { HeadroomConfigError } from '../errors.js';
import type { Runtime } from '../runtime.js';
import type { EngineFetchOptions, Fetch, FetchOptions } from './types.js';

/** What every `fetch` over an engine consists of. */
export interface FetchSetup {
  readonly runtime: Runtime;
  /** Options of all its requests. */
  readonly options: CallOptions;
  /** The underlying `fetch`; absent where none was given. */
  readonly fetch: Fetch | undefined;
}

/** Reads what `headroomFetch` was given; `engineFor` makes an engine, or hands out the one for no configuration. */
export function fetchSetup(x: FetchOptions | Headroom | undefined, engineFor: (config?: HeadroomConfig) => Headroom): FetchSetup {
  if (isEngine(x)) return setupWithin(x[inside], {});
  const { engine, fetch, ...rest } = x ?? {};
  if (engine !== undefined) {
    if (!isEngine(engine)) throw new HeadroomConfigError('engine', 'must be an engine, made by createHeadroom');
    return setupWithin(engine[inside], { ...rest, ...(fetch && { fetch }) });
  }
  const made = engineFor(Object.keys(rest).length === 0 ? undefined : rest);
  return setupWithin(made[inside], { ...(fetch !== undefined && { fetch }) });
}

/** The setup for options that hold for one `fetch` of an engine. */
export function setupWithin(runtime: Runtime, { fetch, ...options }: EngineFetchOptions): FetchSetup {
  if (fetch !== undefined && typeof fetch !== 'function') throw new HeadroomConfigError('fetch', 'must be a function');
  runtime.checkCall(checkCallOptions(options));
  return { runtime, options, fetch };
}
