/**
 * Errors as the core's bindings throw them: the message is JSON of a {@link CoreFault}.
 *
 * @module
 */
import type { CoreFault } from './types.js';

/** An error in the bindings' own form, for faults that are noticed outside the core. */
export function faultError(fault: CoreFault, cause?: unknown): Error {
  return new Error(JSON.stringify(fault), cause === undefined ? undefined : { cause });
}

/** The fault that an error carries, or `undefined` if it does not come from the core. */
export function faultOf(error: unknown): CoreFault | undefined {
  if (!(error instanceof Error) || !error.message.startsWith('{"code":"')) return undefined;
  try {
    return JSON.parse(error.message) as CoreFault;
  } catch {
    return undefined;
  }
}
