/**
 * The functions over the core with the exact vocabulary, with one default engine for all entries of the package.
 *
 * @module
 */
import * as core from '#core';
import { libraryOver } from './library.js';

/** What the root entry and `headroom-js/ai-sdk` hand out. */
export const library = libraryOver(core);
