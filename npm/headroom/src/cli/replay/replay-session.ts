/**
 * A session sent again, request by request, without Headroom and by each profile.
 *
 * @module
 */
import type { HeadroomConfig } from '../../config.generated.js';
import { library } from '../../default-library.js';
import type { BlockReport, Report } from '../../report.js';
import { manner } from '../figures.js';
import { Bill, type PrefixBreak } from './cache-price.js';
import { messageTokens } from './message-tokens.js';
import type { Session } from './session.js';

/** One way to make the blocks of a kind smaller, and what that came to. */
export interface Contribution {
  /** The kind and the method. */
  readonly manner: string;
  blocks: number;
  tokensBefore: number;
  tokensAfter: number;
}

/** What a profile makes of a session. */
export interface ProfileResult {
  readonly profile: string;
  readonly bill: Bill;
  /** Breaks that the session itself does not have. */
  readonly ownBreaks: readonly PrefixBreak[];
  readonly contributions: readonly Contribution[];
  /** The definition of the retrieval tool; it is in the bill. */
  readonly toolTokens: number;
  readonly warnings: readonly string[];
}

/** What became of a session. */
export interface SessionResult {
  readonly plain: Bill;
  /** Why the session's own prefix breaks, by request. */
  readonly reasons: ReadonlyMap<number, string>;
  readonly counter: Pick<Report, 'counter' | 'estimated'>;
  readonly profiles: readonly ProfileResult[];
}

/** How a session is replayed. */
export interface ReplayOptions {
  readonly profiles: readonly ('default' | 'agent')[];
  readonly config: HeadroomConfig;
  readonly model: string | undefined;
  progress(text: string): void;
}

/** Replays `session`. */
export async function replaySession(session: Session, options: ReplayOptions): Promise<SessionResult> {
  const { model } = options;
  const sizes = new WeakMap<object, number>();
  const count = (text: string): number => library.countTokens(text, model === undefined ? {} : { model });
  const tokensOf = (message: object): number => {
    const known = sizes.get(message);
    if (known !== undefined) return known;
    const size = messageTokens(message, count);
    sizes.set(message, size);
    return size;
  };
  const plain = new Bill(tokensOf);
  const reasons = new Map<number, string>();
  await eachRequest(session, (messages, reason) => {
    plain.send(messages);
    if (reason !== undefined) reasons.set(plain.requests, reason);
  });
  const profiles: ProfileResult[] = [];
  let counter: SessionResult['counter'] = { counter: 'none', estimated: true };
  for (const profile of options.profiles) {
    const run = new ProfileRun(profile, tokensOf, options);
    await eachRequest(session, async (messages) => {
      options.progress(`${profile}: request ${run.bill.requests + 1} of ${plain.requests}`);
      counter = await run.send(messages, session);
    });
    profiles.push(run.result(plain));
  }
  return { plain, reasons, counter, profiles };
}

async function eachRequest(session: Session, send: (messages: readonly object[], reason: string | undefined) => void | Promise<void>): Promise<void> {
  const messages: object[] = [];
  let reason: string | undefined;
  for (const event of session.events) {
    if (event.kind === 'message') messages.push(event.message);
    else if (event.kind === 'cut') {
      messages.length = event.keep;
      reason = event.reason;
    } else {
      await send(messages, reason);
      reason = undefined;
    }
  }
}

class ProfileRun {
  readonly bill: Bill;
  readonly #profile: 'default' | 'agent';
  readonly #engine;
  readonly #model: string | undefined;
  readonly #seen = new WeakSet<object>();
  readonly #contributions = new Map<string, Contribution>();
  readonly #warnings = new Set<string>();
  #toolTokens = 0;

  constructor(profile: 'default' | 'agent', tokensOf: (message: object) => number, { config, model }: ReplayOptions) {
    this.#profile = profile;
    this.#model = model;
    this.bill = new Bill(tokensOf);
    // One for the session, as in life.
    this.#engine = library.createHeadroom({ ...config, profile });
  }

  async send(messages: readonly object[], { format }: Session): Promise<SessionResult['counter']> {
    const model = this.#model;
    const { messages: smaller, tools: _, ...report } = await this.#engine.compress(messages, { format, ...(model !== undefined && { model }) });
    this.bill.send(smaller, report.toolTokens);
    this.#toolTokens = report.toolTokens;
    for (const warning of report.warnings) this.#warnings.add(warning);
    for (const block of report.blocks) if (!this.#seen.has(messages[block.message]!)) this.#contribute(block);
    for (const message of messages) this.#seen.add(message);
    return report;
  }

  #contribute(block: BlockReport): void {
    if (block.method === 'none') return;
    const key = manner(block);
    const known = this.#contributions.get(key);
    const contribution = known ?? { manner: key, blocks: 0, tokensBefore: 0, tokensAfter: 0 };
    if (!known) this.#contributions.set(key, contribution);
    contribution.blocks += 1;
    contribution.tokensBefore += block.tokensBefore;
    contribution.tokensAfter += block.tokensAfter;
  }

  result(plain: Bill): ProfileResult {
    const natural = new Set(plain.breaks.map(({ request }) => request));
    const saved = ({ tokensBefore, tokensAfter }: Contribution): number => tokensBefore - tokensAfter;
    return {
      profile: this.#profile,
      bill: this.bill,
      ownBreaks: this.bill.breaks.filter(({ request }) => !natural.has(request)),
      contributions: [...this.#contributions.values()].sort((a, b) => saved(b) - saved(a)),
      toolTokens: this.#toolTokens,
      warnings: [...this.#warnings],
    };
  }
}
