/**
 * A store as an engine uses it: nothing is written twice, what failed is tried again, and no failure reaches a request.
 *
 * Owns the way of entries into the store and what is said about it. It knows nothing of handles or turns.
 *
 * @module
 */
import { MemoryStore } from './memory.js';
import type { Store } from './store.js';
import { patience, TimeLimit } from './time-limit.js';
import { UnreadableValueError, ValueCodec } from './value-codec.js';
import { WrittenNames } from './written-names.js';

/** How often an entry is put before it is given up. */
const maxAttempts = 3;
/** Bytes of entries that wait to be written, or to be tried again. */
const maxWaitingBytes = 16 * 1024 * 1024;

/** An entry that is asked for its bytes only if they are needed. */
export interface LazyEntry {
  readonly id: string;
  readonly value: () => Uint8Array;
}

/** An entry on its way. */
interface Waiting {
  readonly scope: string;
  readonly id: string;
  readonly value: Uint8Array;
  attempts: number;
  /** When the put began that is under way. */
  began: number | undefined;
  written: boolean;
}

/**
 * Keeps entries in a store. Memory gets them as they are and at once. Any other store gets them compressed, and
 * encrypted where there is a key, those of a request in one put.
 *
 * No request waits for the put of another: where a runtime ends what a request has begun together with the request
 * (Workers do), such a put may never be heard of again.
 */
export class EngineStore {
  readonly #store: Store;
  readonly #codec: ValueCodec;
  readonly #limit = new TimeLimit();
  readonly #written: WrittenNames;
  /** What is not in the store yet, by name, in the order of its coming. */
  readonly #waiting = new Map<string, Waiting>();
  readonly #warnings = new Set<string>();
  #waitingBytes = 0;
  #lost = 0;
  /** What is under way, with the time at which it began. */
  readonly #puts = new Map<Promise<unknown>, number>();

  constructor(store: Store, encryptionKey?: Uint8Array<ArrayBuffer>) {
    this.#store = store;
    this.#codec = new ValueCodec(encryptionKey);
    this.#written = new WrittenNames(store.ttl);
  }

  /** Whether the store is this process's memory: then everything is done at once. */
  get isMemory(): boolean {
    return this.#store instanceof MemoryStore;
  }

  /** The value of an entry; `undefined` if there is none, or none that can be read. Fails where the store fails. */
  async get(scope: string, id: string): Promise<Uint8Array | undefined> {
    if (this.#store instanceof MemoryStore) return this.#store.getSync(scope, id);
    const waiting = this.#waiting.get(nameOf(scope, id));
    if (waiting) return waiting.value;
    const stored: unknown = await this.#limit.ask(async () => this.#store.get(scope, id));
    if (stored === undefined || stored === null) return undefined;
    try {
      if (!(stored instanceof Uint8Array)) throw new UnreadableValueError();
      return await this.#codec.decode(scope, id, stored);
    } catch {
      this.#warnings.add(unreadable);
      return undefined;
    }
  }

  /**
   * Puts what this engine has not put lately, and what it failed to put before. Entries of a content that may have
   * changed are put in any case: `changeable`. Hands back what the next report should say.
   */
  async put(scope: string, entries: readonly LazyEntry[], { changeable = false } = {}): Promise<readonly string[]> {
    await this.#putAll(scope, entries, changeable);
    return this.#takeWarnings();
  }

  /** {@link put} at once, where the store is memory; else it goes on by itself, and a later report says how it went. */
  putSync(scope: string, entries: readonly LazyEntry[]): readonly string[] {
    const warnings = this.#takeWarnings();
    // In memory, everything is done when this call returns.
    void this.#putAll(scope, entries, false);
    return warnings;
  }

  /** Resolves when everything so far is in the store, or has failed once more. */
  async flush(): Promise<void> {
    const others = [...this.#puts.keys()];
    await this.#write(this.#idle());
    if (others.length > 0) await within(patience, Promise.all(others));
  }

  async #putAll(scope: string, entries: readonly LazyEntry[], changeable: boolean): Promise<void> {
    try {
      if (this.#store instanceof MemoryStore) {
        putInMemory(this.#store, scope, entries, changeable);
        return;
      }
      const own = entries.flatMap((entry) => this.#enqueue(scope, entry, changeable) ?? []);
      await this.#write(this.#idle().concat(own.filter(isUnderWay)));
      if (own.some(({ written }) => !written)) this.#warnings.add(failed);
    } catch {
      this.#warnings.add(failed);
    }
  }

  #enqueue(scope: string, { id, value }: LazyEntry, changeable: boolean): Waiting | undefined {
    const name = nameOf(scope, id);
    const before = this.#waiting.get(name);
    if (!changeable && before) return before;
    if (!changeable && this.#written.has(name)) return undefined;
    if (before) this.#remove(name, before);
    const entry: Waiting = { scope, id, value: value(), attempts: 0, began: undefined, written: false };
    this.#waiting.set(name, entry);
    this.#waitingBytes += entry.value.length;
    for (const [oldest, other] of this.#waiting) {
      if (this.#waitingBytes <= maxWaitingBytes || other === entry) break;
      this.#remove(oldest, other);
      // One that is being written may still make it; if not, whoever waits for it is told.
      if (!isUnderWay(other)) this.#lost += 1;
    }
    return entry;
  }

  /** What waits without anybody being at it. */
  #idle(): Waiting[] {
    return [...this.#waiting.values()].filter((entry) => !isUnderWay(entry));
  }

  /** Puts the entries, those of a scope together. */
  async #write(entries: readonly Waiting[]): Promise<void> {
    const batches = new Map<string, Waiting[]>();
    for (const entry of entries) {
      // On its last attempt an entry goes alone, in case it is another of its batch that the store does not take.
      const key = entry.attempts === maxAttempts - 1 ? nameOf(entry.scope, entry.id) : `scope ${entry.scope}`;
      const batch = batches.get(key);
      if (batch) batch.push(entry);
      else batches.set(key, [entry]);
    }
    const now = Date.now();
    for (const [put, began] of this.#puts) if (now - began > 2 * patience) this.#puts.delete(put);
    const put = Promise.all([...batches.values()].map((batch) => this.#writeBatch(batch)));
    this.#puts.set(put, now);
    await put;
    this.#puts.delete(put);
  }

  async #writeBatch(batch: readonly Waiting[]): Promise<void> {
    const { scope } = batch[0]!;
    for (const entry of batch) entry.began = Date.now();
    let written = true;
    try {
      const entries = await Promise.all(batch.map(async ({ id, value }) => ({ id, value: await this.#codec.encode(scope, id, value) })));
      await this.#limit.ask(async () => this.#store.put(scope, entries));
    } catch {
      written = false;
    }
    for (const entry of batch) {
      const name = nameOf(scope, entry.id);
      entry.attempts += 1;
      entry.began = undefined;
      entry.written ||= written;
      // Meanwhile it may have been given up for want of space, or another value may have taken its place.
      if (this.#waiting.get(name) !== entry) continue;
      if (written) {
        this.#remove(name, entry);
        this.#written.add(name);
      } else if (entry.attempts >= maxAttempts) {
        this.#remove(name, entry);
        this.#lost += 1;
      }
    }
  }

  #remove(name: string, entry: Waiting): void {
    this.#waiting.delete(name);
    this.#waitingBytes -= entry.value.length;
  }

  #takeWarnings(): readonly string[] {
    const lost = this.#lost > 0 ? [`the store failed ${maxAttempts} times or for too long: ${this.#lost} originals or hidden rounds are not in it`] : [];
    const warnings = [...this.#warnings, ...lost];
    this.#warnings.clear();
    this.#lost = 0;
    return warnings;
  }
}

const failed = 'the store failed: what this request would keep is put again with the next one; until then only this process has it';
const unreadable =
  'the store holds entries that cannot be read and count as missing: they were written with another encryptionKey or without one, or were changed';

function putInMemory(store: MemoryStore, scope: string, entries: readonly LazyEntry[], changeable: boolean): void {
  for (const { id, value } of entries) {
    // A request resends what it sent before: what is held already only becomes the latest used, and its text, which a
    // body's original reads when it is asked for, is not read.
    if (changeable || !store.getSync(scope, id)) store.putSync(scope, id, value);
  }
}

/** Whether a put of the entry can still be expected to end. */
function isUnderWay({ began }: Waiting): boolean {
  return began !== undefined && Date.now() - began < 2 * patience;
}

/** Waits for `work`, but not for ever. */
async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise((resolve) => (timer = setTimeout(resolve, milliseconds)));
  await Promise.race([work, timeout]);
  clearTimeout(timer);
}

/** One string for scope and name that no other pair has. */
function nameOf(scope: string, id: string): string {
  return `${scope.length}:${scope}${id}`;
}
