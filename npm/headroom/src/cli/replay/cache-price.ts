/**
 * What a provider with a prompt cache charges for the requests of a session.
 *
 * The messages at the beginning that equal those of the request before are read from the cache; the rest is written.
 * Time does not pass: a cache that has expired between two requests would cost both sides the same again.
 *
 * @module
 */

/** Prices in multiples of that of an input token. */
export interface Prices {
  readonly cached: number;
  readonly written: number;
}

/** A request that changed what was sent before: the cache behind it is lost. */
export interface PrefixBreak {
  /** The request, from 1. */
  readonly request: number;
  /** The first message that is another or gone, from 0. */
  readonly message: number;
  /** Tokens of the request before that are not read from the cache any more. */
  readonly tokens: number;
}

interface Sent {
  readonly message: object;
  readonly tokens: number;
  json: string | undefined;
}

/** The requests of a session as one side sends them. */
export class Bill {
  readonly breaks: PrefixBreak[] = [];
  requests = 0;
  cached = 0;
  written = 0;
  readonly #tokensOf: (message: object) => number;
  #last: Sent[] = [];
  #tool = 0;

  constructor(tokensOf: (message: object) => number) {
    this.#tokensOf = tokensOf;
  }

  /** Sends `messages` behind a tool definition of `toolTokens`. */
  send(messages: readonly object[], toolTokens = 0): void {
    this.requests += 1;
    // Tools come first in every provider's cache.
    if (toolTokens === this.#tool) this.cached += toolTokens;
    else this.written += toolTokens;
    this.#tool = toolTokens;
    const last = this.#last;
    let common = 0;
    while (common < last.length && common < messages.length && isSame(last[common]!, messages[common]!)) common += 1;
    if (common < last.length) {
      const tokens = last.slice(common).reduce((sum, sent) => sum + sent.tokens, 0);
      this.breaks.push({ request: this.requests, message: common, tokens });
    }
    const fresh = messages.slice(common).map((message): Sent => ({ message, tokens: this.#tokensOf(message), json: undefined }));
    this.#last = [...last.slice(0, common), ...fresh];
    this.cached += last.slice(0, common).reduce((sum, sent) => sum + sent.tokens, 0);
    this.written += fresh.reduce((sum, sent) => sum + sent.tokens, 0);
  }

  /** Tokens that were sent. */
  get sent(): number {
    return this.cached + this.written;
  }

  /** What it costs, in input tokens. */
  price({ cached, written }: Prices): number {
    return cached * this.cached + written * this.written;
  }
}

function isSame(sent: Sent, message: object): boolean {
  if (sent.message === message) return true;
  return (sent.json ??= JSON.stringify(sent.message)) === JSON.stringify(message);
}
