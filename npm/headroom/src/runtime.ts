/**
 * One engine from the inside: configuration, core, modules and store, for everything that is built on them.
 *
 * Owns what `compress()`, the body entry and the middleware share. It knows no framework.
 *
 * @module
 */
import { Compression, type Original } from './compression.js';
import { checkHostOptions, coreOptions, requireOptions } from './config.js';
import { CoreHost, type Attempt } from './core-host.js';
import type { Core, CoreEngine, CoreModule } from './core/types.js';
import { HeadroomRequestError } from './errors.js';
import { HostModules } from './host-modules.js';
import { detectFormat, lift, requireMessages, type Format } from './lift/index.js';
import type { CallOptions, HeadroomConfig } from './config.generated.js';
import { Ledger, type Answered } from './ledger.js';
import type { Report } from './report.js';
import { failedRetrieval, isHandle, unknownHandle, type RetrieveAnswer } from './retrieval.js';
import { readEncryptionKey } from './store/encryption-key.js';
import { EngineStore, type LazyEntry } from './store/engine-store.js';
import { MemoryStore, type Store } from './store/index.js';
import { TurnRecords } from './store/turn-records.js';

const megabyte = 1024 * 1024;

/** What an engine consists of. */
export class Runtime {
  /** What the engine was made with, less its keys. */
  readonly config: Omit<HeadroomConfig, 'secret' | 'encryptionKey'>;
  readonly compression: Compression;
  /** The store as it was configured. */
  readonly store: Store;
  /** The rounds that were hidden in earlier turns. */
  readonly turnRecords: TurnRecords;
  readonly #kept: EngineStore;
  readonly ledger = new Ledger();
  readonly #host: CoreHost;
  readonly #tools = new Map<Format, object>();

  constructor(module: CoreModule, config: HeadroomConfig = {}) {
    requireOptions(config, 'config');
    checkHostOptions(config);
    const hostModules = new HostModules(config.modules ?? []);
    // The secret goes to the core alone and the key to the store's side, so that nothing that prints an engine prints them.
    const { secret: _, encryptionKey, ...shown } = config;
    this.config = shown;
    this.#host = new CoreHost(module, JSON.stringify(coreOptions(config)), hostModules.toJson());
    this.#host.validate();
    const code = config.code === true;
    if (code) hostModules.requireGrammars();
    this.compression = new Compression(this.#host, hostModules, code);
    this.store = config.store ?? new MemoryStore({ maxBytes: (isNative(module) ? 64 : 16) * megabyte });
    this.#kept = new EngineStore(this.store, encryptionKey === undefined ? undefined : readEncryptionKey(encryptionKey));
    this.turnRecords = new TurnRecords(this.#kept);
  }

  /** Fails on options that the core rejects for a single call, where it can be asked at once. */
  checkCall(options: CallOptions): void {
    this.#host.validate(coreOptions(options));
  }

  /** Calls the core; see {@link CoreHost.attemptAsync}. */
  attempt<Value>(use: (engine: CoreEngine, core: Core) => Promise<Value> | Value): Promise<Attempt<Value>> {
    return this.#host.attemptAsync(use);
  }

  /** {@link attempt} at once, when something asynchronous of this engine has succeeded before. */
  attemptNow<Value>(use: (engine: CoreEngine, core: Core) => Value): Attempt<Value> {
    return this.#host.attempt(use);
  }

  /** Whose originals a request's are. */
  scopeOf(options: CallOptions = {}): string {
    return options.scope ?? this.config.scope ?? '';
  }

  /** The definition of the retrieval tool: the same object on every call. */
  retrievalTool(format: Format): object {
    const known = this.#tools.get(format);
    if (known) return known;
    const tool = this.#host.call((_, core) => JSON.parse(core.retrieveTool(format)) as object);
    this.#tools.set(format, tool);
    return tool;
  }

  /** Tokens of `text` by the counter of `model`. */
  countTokens(text: string, model?: string): number {
    return this.#host.call((_, core) => core.countTokens(text, model));
  }

  /** Hands the request's report to whoever asked for it, and to the ledger. */
  report(report: Report, options: CallOptions = {}, answered?: Answered): void {
    this.ledger.add(report, answered);
    try {
      (options.onReport ?? this.config.onReport)?.(report);
    } catch {
      // A listener that fails must not fail the request it is told about.
    }
  }

  /**
   * Puts originals into the store, those that are not there yet, and tries again what failed before: call it for every
   * request, once that has left. Never fails: what the report should say of the store comes back as warnings.
   */
  keep(scope: string, originals: readonly Original[]): Promise<readonly string[]> {
    return this.#kept.put(scope, originals.map(entryOf));
  }

  /** {@link keep} when the event loop has had its turn: a request that is on its way now has left by then. */
  async keepLater(scope: string, originals: readonly Original[]): Promise<readonly string[]> {
    if (!this.#kept.isMemory) await new Promise((resolve) => setTimeout(resolve, 0));
    return this.keep(scope, originals);
  }

  /** {@link keep} at once, where the store is memory; else it goes on by itself, and a later report says how it went. */
  keepSync(scope: string, originals: readonly Original[]): readonly string[] {
    return this.#kept.putSync(scope, originals.map(entryOf));
  }

  /** Resolves when everything that was kept so far is in the store, or has failed once more. */
  flush(): Promise<void> {
    return this.#kept.flush();
  }

  /** The original of `id` from messages that are being resent, or from the store. */
  async original(id: string, scope: string, messages?: readonly unknown[], format?: Format): Promise<string | undefined> {
    await this.#host.load();
    const resent = messages && this.#inMessages(id, requireMessages(messages), format);
    if (resent !== undefined) return resent;
    // A model may ask for anything; a store is only asked for what could be there.
    const held = isHandle(id) ? await this.#kept.get(scope, id).catch(() => undefined) : undefined;
    if (!held) return undefined;
    // A byte order mark is a part of the original like any other.
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(held);
    // A store is not to be trusted blindly: the handle tells whether this is the text it was made for.
    return this.#identify([text], id) === 0 ? text : undefined;
  }

  /** Answers with the part of `original` that is asked for. */
  answer(original: string | undefined, argumentsJson: string, model?: string): RetrieveAnswer {
    if (original === undefined) return unknownHandle;
    try {
      const attempt = this.#host.attempt((engine) => JSON.parse(engine.retrieve(original, argumentsJson, model)) as RetrieveAnswer);
      return attempt.ok ? attempt.value : failedRetrieval;
    } catch (error) {
      // The arguments are the model's: it is told what is wrong with them, and the conversation goes on.
      if (HeadroomRequestError.isInstance(error)) return { text: error.message, found: false, part: '' };
      throw error;
    }
  }

  #inMessages(id: string, messages: readonly unknown[], format?: Format): string | undefined {
    const { texts } = lift(messages, format ?? detectFormat(messages, undefined));
    return texts[this.#identify(texts, id)];
  }

  #identify(texts: string[], id: string): number {
    const attempt = this.#host.attempt((engine) => engine.identify(texts, id));
    return attempt.ok ? attempt.value : -1;
  }
}

function entryOf(original: Original): LazyEntry {
  return { id: original.id, value: () => new TextEncoder().encode(original.text) };
}

function isNative(module: CoreModule): boolean {
  try {
    return module.coreKind() === 'native';
  } catch {
    return false;
  }
}
