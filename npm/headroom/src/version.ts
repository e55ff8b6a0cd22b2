/**
 * The version of this package.
 *
 * @module
 */

/** As in `package.json`, which no import reaches on every runtime. */
export const version = '0.1.0';
