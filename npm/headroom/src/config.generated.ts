// Written from the core's table of options by `cargo xtask config`; change it there.

import type { HostModule } from './host-modules.js';
import type { Report } from './report.js';
import type { Store } from './store/index.js';

/** Options of one call; they win over the engine's. */
export interface CallOptions {
  /**
   * Tool outputs of fewer tokens than this pass through unchanged.
   * Default: `250`.
   * From 0 to 100000000.
   */
  readonly minTokensToCompress?: number;
  /**
   * Tools whose outputs are never touched, because later edits need their exact text. Names are compared
   * without case. `recall: "all"` still lets lines that stand in the conversation already be pointed at.
   * Default: `['Read', 'Glob', 'Grep', 'Write', 'Edit']`.
   */
  readonly excludedTools?: readonly string[];
  /**
   * Compress the text of user messages as well.
   * Default: `false`.
   */
  readonly compressUserMessages?: boolean;
  /**
   * Send source code as an outline: imports, signatures, types and the first sentences of comments stay, and so does
   * what the question names; other bodies are left out behind a handle, each with the numbers of its lines. It needs
   * the package `headroom-code`.
   * Default: `false`.
   */
  readonly code?: boolean;
  /**
   * Leave nothing out: only compress in ways that the core can undo.
   * Default: `false`.
   */
  readonly lossless?: boolean;
  /**
   * Tokens above which the lossless form of a block is too large, so that parts of it may be left out behind
   * a handle.
   * Default: `4000`.
   * From 1 to 100000000.
   */
  readonly maxBlockTokens?: number;
  /**
   * Lines of a tool result that stand in an earlier one, or in what the assistant itself wrote, are sent as references to
   * it: `on` for tools that are not excluded and results of `minTokensToCompress`, `all` for every result, or `off`.
   * Default: `'on'`.
   */
  readonly recall?: 'on' | 'all' | 'off';
  /**
   * A set of options; those that are given as well win. `agent` suits coding agents and is `recall: "all"`.
   * Default: `'default'`.
   */
  readonly profile?: 'default' | 'agent';
  /**
   * `optimize` compresses, `audit` only reports what would be saved, `off` only counts.
   * Default: `'optimize'`.
   */
  readonly mode?: 'optimize' | 'audit' | 'off';
  /**
   * Add the retrieval tool to every request that declares a function tool, or never; `never` makes
   * compression lossless, except in `compress()`, whose caller adds the tool.
   * Default: `'always'`.
   */
  readonly injectTool?: 'always' | 'never';
  /**
   * What a conversation gets whose request declares no function tool: the same bytes as with tools, or
   * lossless compression only.
   * Default: `'same'`.
   */
  readonly whenToolsAbsent?: 'same' | 'lossless';
  /**
   * Rounds of retrieval that are answered unseen in one turn; a round may hold several calls.
   * Default: `3`.
   * From 0 to 100.
   */
  readonly maxRetrievals?: number;
  /**
   * Tokens of one answer to a retrieval; the rest is paged.
   * Default: `4000`.
   * From 256 to 100000000.
   */
  readonly maxRetrievalTokens?: number;
  /** Whose data this is (a tenant, a session): results and originals of one scope are not seen by another. */
  readonly scope?: string;
  /** Called with the report of every request. */
  readonly onReport?: (report: Report) => void;
}

/** Options of an engine. */
export interface HeadroomConfig extends CallOptions {
  /**
   * Bytes that the memory of results may hold: 64 MB natively, 16 MB in WebAssembly; 0 remembers nothing.
   * From 0 to 4294967295.
   */
  readonly resultCacheBytes?: number;
  /** Key of the handles. Give every instance that shares a store the same one. */
  readonly secret?: string;
  /**
   * Where originals are kept: memory by default.
   * Default: `memory`.
   */
  readonly store?: Store;
  /**
   * Key with which values are encrypted before a store other than memory gets them: 32 bytes, or a string of them in
   * base64 or hexadecimal. Give every instance that shares a store the same one.
   */
  readonly encryptionKey?: string | Uint8Array;
  /**
   * Modules that compress beside the core. On the edge and in browsers `code` needs that of `headroom-code` here, which
   * is found by itself elsewhere.
   * Default: `[]`.
   */
  readonly modules?: readonly HostModule[];
}

/** Options that the host reads itself. */
export const hostOptions = ['store', 'encryptionKey', 'modules', 'onReport'] as const;
