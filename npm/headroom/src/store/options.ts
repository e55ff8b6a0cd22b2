/**
 * The options of the stores, checked as the engine's are.
 *
 * @module
 */
import { HeadroomConfigError } from '../errors.js';

/** `value` if it is a number of at least `least`. */
export function requireNumber(store: string, option: string, value: unknown, least: number): number {
  if (typeof value === 'number' && Number.isFinite(value) && value >= least) return value;
  throw new HeadroomConfigError('store', `${store}: ${option} must be a number of at least ${least}`);
}

/** `value` if it is a string that is not empty. */
export function requireText(store: string, option: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new HeadroomConfigError('store', `${store}: ${option} must be a string that is not empty`);
}

/** `value` if it is an object or a function with this method. */
export function requireMethod(store: string, option: string, value: unknown, method: string, what: string): void {
  const isObject = (typeof value === 'object' && value !== null) || typeof value === 'function';
  if (!isObject || typeof (value as Record<string, unknown>)[method] !== 'function') {
    throw new HeadroomConfigError('store', `${store}: ${option} must be ${what}`);
  }
}
