/**
 * What Headroom says about a request: figures and places, never content.
 *
 * @module
 */

/** What was left out of a block, in units of its source. */
export interface Omission {
  /** What is counted: rows of a table or array, lines, hunks, files, characters of one value or of terminal formatting. */
  readonly unit: 'rows' | 'lines' | 'hunks' | 'files' | 'sentences' | 'characters' | 'formatting';
  /** How many were left out. */
  readonly count: number;
  /** How many there were. */
  readonly total: number;
  /** Which: 1-based, inclusive, ascending. */
  readonly ranges: readonly (readonly [first: number, last: number])[];
  /** RFC 9535 path of the array that `rows` are counted in, or of the string that `lines` are of; absent for the whole text. */
  readonly path?: string;
}

/** What happened to one block, for those that were looked at. */
export interface BlockReport {
  /** Index of the message. */
  readonly message: number;
  /** Index of the part within the message's content. */
  readonly part: number;
  /** What the block was taken for, for example `json`. */
  readonly kind: string;
  /** How it was made smaller, for example `table`; `none` where it was left as it is. */
  readonly method: string;
  /** Whether the new text holds everything the old one did. */
  readonly lossless: boolean;
  /** Tokens of the text as it came. */
  readonly tokensBefore: number;
  /** Tokens of the text as it is sent, markers included. */
  readonly tokensAfter: number;
  /** The handle by which the original comes back, where something was left out. */
  readonly handle?: string;
  /** What was left out; empty for lossless blocks. */
  readonly omissions: readonly Omission[];
  /** Why the block was left as it is, where something failed. */
  readonly error?: string;
}

/** What happened to one request. All figures are tokens by one counter. */
export interface Report {
  /** All message text as it came. */
  readonly tokensBefore: number;
  /** All message text as it is sent: markers and retrieved text included. */
  readonly tokensAfter: number;
  /** The definition of the retrieval tool, where the request carries it. */
  readonly toolTokens: number;
  /** What retrievals put into the request or its continuations; part of `tokensAfter`. */
  readonly retrievedTokens: number;
  /** `tokensBefore - tokensAfter - toolTokens`. */
  readonly tokensSaved: number;
  /** Whether the counter is an estimate for this model. */
  readonly estimated: boolean;
  /** The counter's name, for example `o200k_base`. */
  readonly counter: string;
  /** The blocks that were looked at. */
  readonly blocks: readonly BlockReport[];
  /** What the caller should know. */
  readonly warnings: readonly string[];
}

/** The report of a request that the core could not look at: nothing changed, nothing was counted. */
export function passedThrough(warning: string): Report {
  return {
    tokensBefore: 0,
    tokensAfter: 0,
    toolTokens: 0,
    retrievedTokens: 0,
    tokensSaved: 0,
    estimated: true,
    counter: 'none',
    blocks: [],
    warnings: [warning],
  };
}

/** `report` with `tokens` of retrieved text and `warnings` added. */
export function withRetrievals(report: Report, tokens: number, warnings: readonly string[]): Report {
  if (tokens === 0 && warnings.length === 0) return report;
  return {
    ...report,
    tokensAfter: report.tokensAfter + tokens,
    retrievedTokens: report.retrievedTokens + tokens,
    tokensSaved: report.tokensSaved - tokens,
    warnings: [...report.warnings, ...warnings],
  };
}
