/**
 * The errors a caller may see. They carry no content of requests.
 *
 * Each class bears a registered symbol, so that `isInstance` works even where two copies of the package are
 * loaded.
 *
 * @module
 */
import { faultOf } from './core/fault.js';

const marker = Symbol.for('headroom.error');

/** Whether `error` carries the mark of `name`, whichever copy of the package made it. */
function isMarked(error: unknown, name: string): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const names: unknown = (error as Record<symbol, unknown>)[marker];
  return Array.isArray(names) && names.includes(name);
}

/**
 * Every error that Headroom throws on purpose.
 *
 * @example
 * ```ts
 * try {
 *   await compress(messages, options);
 * } catch (error) {
 *   if (HeadroomError.isInstance(error)) console.error(error.name, error.message);
 * }
 * ```
 */
export class HeadroomError extends Error {
  /** The names of the class and those it extends: what `isInstance` looks for. */
  readonly [marker]: readonly string[];

  constructor(message: string, options?: ErrorOptions, name = 'HeadroomError') {
    super(message, options);
    this.name = name;
    this[marker] = name === 'HeadroomError' ? [name] : ['HeadroomError', name];
  }

  /** Whether `error` is a Headroom error, whichever copy of the package made it. */
  static isInstance(error: unknown): error is HeadroomError {
    return isMarked(error, 'HeadroomError');
  }
}

/**
 * An option is unknown, of the wrong type or out of range.
 *
 * @example
 * ```ts
 * if (HeadroomConfigError.isInstance(error)) console.error(`wrong option: ${error.key}`);
 * ```
 */
export class HeadroomConfigError extends HeadroomError {
  /** The option that is wrong, for example `maxBlockTokens`. */
  readonly key: string;

  constructor(key: string, message: string, options?: ErrorOptions) {
    super(key === '' ? message : `${key}: ${message}`, options, 'HeadroomConfigError');
    this.key = key;
  }

  /** Whether `error` is a configuration error, whichever copy of the package made it. */
  static override isInstance(error: unknown): error is HeadroomConfigError {
    return isMarked(error, 'HeadroomConfigError');
  }
}

/**
 * The messages, the body or the call are not what their format says.
 *
 * @example
 * ```ts
 * if (HeadroomRequestError.isInstance(error)) return new Response(error.message, { status: 400 });
 * ```
 */
export class HeadroomRequestError extends HeadroomError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options, 'HeadroomRequestError');
  }

  /** Whether `error` is a request error, whichever copy of the package made it. */
  static override isInstance(error: unknown): error is HeadroomRequestError {
    return isMarked(error, 'HeadroomRequestError');
  }
}

/**
 * The model's vocabulary is not part of this build; the message says what to import.
 *
 * @example
 * ```ts
 * if (HeadroomVocabularyError.isInstance(error)) await import('headroom-js/cl100k');
 * ```
 */
export class HeadroomVocabularyError extends HeadroomError {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options, 'HeadroomVocabularyError');
  }

  /** Whether `error` is a vocabulary error, whichever copy of the package made it. */
  static override isInstance(error: unknown): error is HeadroomVocabularyError {
    return isMarked(error, 'HeadroomVocabularyError');
  }
}

/**
 * The error to throw for what a binding threw. `undefined` for a bug of the core (a panic, or a trap of
 * WebAssembly): then the request goes on as it was.
 */
export function errorOfCore(error: unknown): HeadroomError | undefined {
  if (HeadroomError.isInstance(error)) return error;
  const fault = faultOf(error);
  switch (fault?.code) {
    case 'config':
      return new HeadroomConfigError(fault.path ?? '', fault.message, { cause: error });
    case 'request':
      return new HeadroomRequestError(fault.message, { cause: error });
    case 'vocabulary':
      return new HeadroomVocabularyError(fault.message, { cause: error });
    default:
      return undefined;
  }
}
