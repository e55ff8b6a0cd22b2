/**
 * Packages that an application may have installed beside this one, where nothing can be found that was not bundled.
 *
 * @module
 */

/** Throws: the application has to hand over what it wants to be used. */
export function installed(name: string): unknown {
  throw new Error(`${name} is not looked for on this runtime`);
}
