/**
 * What stands between the provider's answer and the client: the core's interceptor, or nothing once that has failed.
 *
 * Owns the fall back. Bytes that the core still held when it failed are not lost as long as the client has seen
 * nothing but the provider's own bytes.
 *
 * @module
 */
import type { CoreInterceptor, InterceptEnd, InterceptOutcome } from '../core/types.js';
import type { Attempt } from '../core-host.js';
import type { Runtime } from '../runtime.js';
import { joined } from './body.js';
import { Withheld } from './withheld.js';

/** What the core has to know of a turn. */
export interface InterceptionMeta {
  readonly format: string;
  readonly model?: string;
  /** The name of the conversation that the turn is added to. */
  readonly key: string;
  /** Whether Headroom added the retrieval tool: otherwise calls of it are the client's. */
  readonly ours: boolean;
  readonly maxRetrievals: number;
}

/** Why there is no continuation. */
export interface UpstreamFailure {
  readonly status?: number;
  readonly message: string;
  /** What the upstream says about it, as text. */
  readonly body?: string;
}

/** The end of a response. */
export interface ResponseEnd {
  readonly bytes: Uint8Array;
  readonly outcome: InterceptOutcome;
}

const nothing = new Uint8Array(0);

const failure = 'the core failed on the answer, which was passed on as it came; please report this';

/** Follows the answer to one request. */
export class Interception {
  /** Makes the core's part; absent once that was tried. */
  #make: (() => Attempt<CoreInterceptor>) | undefined;
  #core: CoreInterceptor | undefined;
  #rounds = 0;
  readonly #withheld = new Withheld();
  readonly #warnings: string[] = [];

  private constructor(make?: () => Attempt<CoreInterceptor>) {
    this.#make = make;
  }

  /** For the answer to `request`, the body as it is sent. */
  static of(runtime: Runtime, request: Uint8Array, meta: InterceptionMeta): Interception {
    return new Interception(() => runtime.attemptNow((engine) => engine.intercept(request, JSON.stringify(meta))));
  }

  /** For an answer that is none of a model: its bytes pass. */
  static none(): Interception {
    return new Interception();
  }

  /** Gets ready for the answer. Whoever has time before it comes calls this; else it is done when it does. */
  prepare(): void {
    const make = this.#make;
    this.#make = undefined;
    if (!make) return;
    try {
      const attempt = make();
      if (attempt.ok) this.#core = attempt.value;
      else this.#warnings.push(failure);
    } catch {
      this.#warnings.push(failure);
    }
  }

  /** Whether the core looks at the answer. */
  get active(): boolean {
    this.prepare();
    return this.#core !== undefined;
  }

  /** What became of a turn that the core does not look at. */
  passed(): InterceptOutcome {
    return { kind: 'done', rounds: 0, retrievedTokens: 0, dropped: false, failed: false, warnings: this.#warnings };
  }

  /** A response begins: the first, or one to a continuation. */
  begin(response: Response): void {
    this.#rounds += 1;
    if (this.#rounds > 1) this.#withheld.abandon();
    const meta = JSON.stringify({ contentType: response.headers.get('content-type') ?? '', status: response.status });
    this.#attempt((core) => core.begin(meta), () => undefined);
  }

  /** Takes in bytes of the response; gives what the client gets now. */
  push(bytes: Uint8Array): Uint8Array {
    if (!this.#core) return bytes;
    return this.#attempt(
      (core) => {
        const shown = core.push(bytes);
        this.#withheld.note(bytes, shown);
        return shown;
      },
      (withheld) => joined([withheld, bytes]),
    );
  }

  /** The response has ended. */
  end(): ResponseEnd {
    return this.#attempt(
      (core) => {
        const end = parsed(core.end());
        this.#withheld.note(nothing, end.bytes);
        return end;
      },
      (bytes) => ({ bytes, outcome: this.passed() }),
    );
  }

  /** The body that goes on with these answers, or, where the core fails over it, the end of the answer as it came. */
  answer(texts: readonly string[]): Uint8Array | ResponseEnd {
    return this.#attempt<Uint8Array | ResponseEnd>(
      (core) => core.answer(JSON.stringify(texts)),
      (bytes) => ({ bytes, outcome: this.passed() }),
    );
  }

  /** The continuation could not be had: ends the client's answer as the provider would. */
  fail(reason: UpstreamFailure): ResponseEnd {
    return this.#attempt((core) => parsed(core.fail(JSON.stringify(reason))), (bytes) => ({ bytes, outcome: this.passed() }));
  }

  /** Lets go of the core's memory. */
  free(): void {
    const core = this.#core;
    this.#core = undefined;
    this.#make = undefined;
    try {
      core?.free?.();
    } catch {
      // The instance it belonged to is gone.
    }
  }

  #attempt<Value>(use: (core: CoreInterceptor) => Value, instead: (withheld: Uint8Array) => Value): Value {
    if (!this.#core) return instead(nothing);
    try {
      return use(this.#core);
    } catch {
      this.#core = undefined;
      this.#warnings.push(failure);
      const withheld = this.#withheld.rest();
      if (withheld) return instead(withheld);
      // The client has an answer before it that only the core could have gone on with.
      throw new InterceptionError();
    }
  }
}

/** The core failed where the client's answer is no longer the provider's own. */
export class InterceptionError extends Error {
  constructor() {
    super('Headroom failed in the middle of an answer with retrievals; please report this');
    this.name = 'InterceptionError';
  }
}

function parsed({ bytes, outcomeJson }: InterceptEnd): ResponseEnd {
  return { bytes, outcome: JSON.parse(outcomeJson) as InterceptOutcome };
}
