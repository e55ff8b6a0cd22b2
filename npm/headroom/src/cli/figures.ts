/**
 * Figures and omissions in words, for people.
 *
 * @module
 */
import type { BlockReport, Omission, Report } from '../report.js';

/** `59,245`. */
export function number(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** The change from `before` to `after`: `−88 %`. */
export function change(before: number, after: number): string {
  if (before === 0) return '±0 %';
  const percent = 100 * (after / before - 1);
  // All but nothing is not nothing.
  const size = after > 0 && after < before ? Math.min(99.9, Math.abs(percent)) : Math.abs(percent);
  const rounded = size < 10 || size > 99.5 ? size.toFixed(1).replace(/\.0$/, '') : size.toFixed(0);
  if (rounded === '0') return '±0 %';
  return `${percent < 0 ? '−' : '+'}${rounded} %`;
}

/** `59,245 → 7,245 tokens (−88 %)`. */
export function tokens(before: number, after: number): string {
  return `${number(before)} → ${number(after)} tokens (${change(before, after)})`;
}

/** The counter, and whether it is an estimate. */
export function counter({ counter: name, estimated }: Pick<Report, 'counter' | 'estimated'>): string {
  return estimated ? `${name}, an estimate` : name;
}

/** What was left out: `252 of 420 rows left out`. */
export function leftOut({ count, total, unit, path }: Omission): string {
  return `${number(count)} of ${number(total)} ${unit} left out${path === undefined ? '' : ` at ${path}`}`;
}

/** `4-97,99`, with at most `limit` ranges. */
export function ranges(list: Omission['ranges'], limit = Infinity): string {
  const shown = list.slice(0, limit).map(([first, last]) => (first === last ? String(first) : `${first}-${last}`));
  return `${shown.join(',')}${list.length > limit ? ',…' : ''}`;
}

/** How a block was made smaller: `json by rows`. */
export function manner({ kind, method }: BlockReport): string {
  return method === 'none' ? `${kind}, left as it is` : `${kind} by ${method}`;
}
