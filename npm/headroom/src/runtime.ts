/**
 * One engine from the inside: configuration, core, modules and store, for everything that is built on them.
 *
 * Owns what `compress()`, the body entry and the middleware share. It knows no framework.
 *
 * @module
 */
import { Compression, type Original } from './compression.js';
import { checkHostOptions, coreOptions, requireOptions } from './config.js';
import { CoreHost } from './core-host.js';
import type { CoreModule } from './core/types.js';
import { HeadroomRequestError } from './errors.js';
import { HostModules, type HostModule } from './host-modules.js';
import { detectFormat, lift, requireMessages, type Format } from './lift/index.js';
import type { CallOptions, HeadroomConfig } from './config.generated.js';
import type { Report } from './report.js';
import { failedRetrieval, unknownHandle, type RetrieveAnswer } from './retrieval.js';
import { MemoryStore, type Store } from './store.js';

const megabyte = 1024 * 1024;

/** What an engine consists of. */
export class Runtime {
  /** What the engine was made with, less the secret. */
  readonly config: Omit<HeadroomConfig, 'secret'>;
  readonly compression: Compression;
  readonly store: Store;
  readonly #host: CoreHost;
  readonly #tools = new Map<Format, object>();

  constructor(module: CoreModule, config: HeadroomConfig = {}, modules: readonly HostModule[] = []) {
    requireOptions(config, 'config');
    checkHostOptions(config);
    const hostModules = new HostModules(modules);
    // The secret goes to the core alone, so that nothing that prints an engine prints it.
    const { secret: _, ...shown } = config;
    this.config = shown;
    this.#host = new CoreHost(module, JSON.stringify(coreOptions(config)), hostModules.toJson());
    this.#host.validate();
    this.compression = new Compression(this.#host, hostModules);
    this.store = config.store ?? new MemoryStore({ maxBytes: (isNative(module) ? 64 : 16) * megabyte });
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

  /** Hands the request's report to whoever asked for it. */
  report(report: Report, options: CallOptions = {}): void {
    try {
      (options.onReport ?? this.config.onReport)?.(report);
    } catch {
      // A listener that fails must not fail the request it is told about.
    }
  }

  /** Puts originals into the store; what went wrong comes back as a warning. */
  async keep(scope: string, originals: readonly Original[]): Promise<string | undefined> {
    if (originals.length === 0) return undefined;
    const encoder = new TextEncoder();
    try {
      if (this.store instanceof MemoryStore) return this.keepSync(scope, originals);
      await this.store.put(scope, originals.map(({ id, text }) => ({ id, value: encoder.encode(text) })));
      return undefined;
    } catch {
      return storeFailed;
    }
  }

  /** {@link keep} at once, where the store can; else it goes on in the background. */
  keepSync(scope: string, originals: readonly Original[]): undefined {
    if (!(this.store instanceof MemoryStore)) {
      void this.keep(scope, originals);
      return;
    }
    const encoder = new TextEncoder();
    for (const original of originals) {
      // A request resends what it sent before: what is held already only becomes the latest used, and its text, which a
      // body's original reads when it is asked for, is not read.
      if (!this.store.getSync(scope, original.id)) this.store.putSync(scope, original.id, () => encoder.encode(original.text));
    }
  }

  /** The original of `id` from messages that are being resent, or from the store. */
  async original(id: string, scope: string, messages?: readonly unknown[], format?: Format): Promise<string | undefined> {
    await this.#host.load();
    const resent = messages && this.#inMessages(id, requireMessages(messages), format);
    if (resent !== undefined) return resent;
    const held = await this.store.get(scope, id).catch(() => undefined);
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

const storeFailed = 'the store failed: originals of this request can be retrieved only while its messages are resent';

function isNative(module: CoreModule): boolean {
  try {
    return module.coreKind() === 'native';
  } catch {
    return false;
  }
}
