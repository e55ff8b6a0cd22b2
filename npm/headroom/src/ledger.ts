/**
 * The savings of one engine, summed over all requests whichever way they came.
 *
 * Owns the sums. They are net: the tool's definition and what was retrieved are costs.
 *
 * @module
 */
import type { Report } from './report.js';

/** Tokens of one group of blocks. */
export interface Savings {
  /** Blocks of the group that were looked at. */
  readonly blocks: number;
  readonly tokensBefore: number;
  readonly tokensAfter: number;
}

/** What providers have reported of the requests whose answers were followed. */
export interface UsageTotals {
  /** Answers with a usage. */
  readonly answers: number;
  /** All input tokens, cached ones among them. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Input tokens that were read from the provider's cache. */
  readonly cacheReadTokens: number;
  /** Input tokens that were written to the provider's cache. */
  readonly cacheWriteTokens: number;
  /** `cacheReadTokens / inputTokens`; 0 where there were none. */
  readonly cachedShare: number;
}

/** The savings of one engine so far. All figures but those of `usage` are tokens by Headroom's counters. */
export interface Stats {
  /** Requests that were looked at. */
  readonly requests: number;
  /** All message text as it came. */
  readonly tokensBefore: number;
  /** All message text as it was sent: markers and retrieved text included. */
  readonly tokensAfter: number;
  /** The definitions of the retrieval tool. */
  readonly toolTokens: number;
  /** Calls of the retrieval tool that were answered. */
  readonly retrievals: number;
  /** What their answers cost; part of `tokensAfter`. */
  readonly retrievedTokens: number;
  /** `tokensBefore - tokensAfter - toolTokens`: what is left after all costs. */
  readonly tokensSaved: number;
  /** The blocks by what they were taken for, for example `json`. */
  readonly kinds: Readonly<Record<string, Savings>>;
  /** The blocks by how they were made smaller, for example `table`. */
  readonly methods: Readonly<Record<string, Savings>>;
  /** What providers have billed, as far as it is known. */
  readonly usage: UsageTotals;
}

/** What a provider reports of one answer: all its rounds together. */
export interface ProviderUsage {
  /** All input tokens, cached ones among them. */
  readonly input?: number;
  readonly output?: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
}

/** What is known of a request beyond its report. */
export interface Answered {
  /** Calls of the retrieval tool that were answered. */
  readonly retrievals?: number;
  readonly usage?: ProviderUsage | undefined;
}

type Sums<T> = { -readonly [Key in keyof T]: T[Key] };

/** Adds up reports. */
export class Ledger {
  readonly #totals = { requests: 0, tokensBefore: 0, tokensAfter: 0, toolTokens: 0, retrievals: 0, retrievedTokens: 0, tokensSaved: 0 };
  readonly #usage = { answers: 0, inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
  readonly #kinds = new Map<string, Sums<Savings>>();
  readonly #methods = new Map<string, Sums<Savings>>();

  /** Adds a request. */
  add(report: Report, { retrievals = 0, usage }: Answered = {}): void {
    const totals = this.#totals;
    totals.requests += 1;
    totals.tokensBefore += report.tokensBefore;
    totals.tokensAfter += report.tokensAfter;
    totals.toolTokens += report.toolTokens;
    totals.retrievedTokens += report.retrievedTokens;
    totals.tokensSaved += report.tokensSaved;
    totals.retrievals += retrievals;
    for (const block of report.blocks) {
      addTo(this.#kinds, block.kind, block);
      addTo(this.#methods, block.method, block);
    }
    if (usage) this.#addUsage(usage);
  }

  /** Adds an answer that the application asked for itself: it comes back in a later request as a text like any other. */
  addRetrieval(tokens: number): void {
    this.#totals.retrievals += 1;
    this.#totals.retrievedTokens += tokens;
    this.#totals.tokensAfter += tokens;
    this.#totals.tokensSaved -= tokens;
  }

  /** The sums so far. */
  stats(): Stats {
    const { inputTokens, cacheReadTokens } = this.#usage;
    return {
      ...this.#totals,
      kinds: Object.fromEntries([...this.#kinds].map(([kind, savings]) => [kind, { ...savings }])),
      methods: Object.fromEntries([...this.#methods].map(([method, savings]) => [method, { ...savings }])),
      usage: { ...this.#usage, cachedShare: inputTokens === 0 ? 0 : cacheReadTokens / inputTokens },
    };
  }

  #addUsage({ input = 0, output = 0, cacheRead = 0, cacheWrite = 0 }: ProviderUsage): void {
    this.#usage.answers += 1;
    this.#usage.inputTokens += input;
    this.#usage.outputTokens += output;
    this.#usage.cacheReadTokens += cacheRead;
    this.#usage.cacheWriteTokens += cacheWrite;
  }
}

function addTo(groups: Map<string, Sums<Savings>>, name: string, { tokensBefore, tokensAfter }: Report['blocks'][number]): void {
  const group = groups.get(name) ?? { blocks: 0, tokensBefore: 0, tokensAfter: 0 };
  groups.set(name, group);
  group.blocks += 1;
  group.tokensBefore += tokensBefore;
  group.tokensAfter += tokensAfter;
}
