/**
 * Stores as applications see them.
 *
 * @module
 */
export { MemoryStore } from './memory.js';
export type { Store, StoreEntry } from './store.js';
