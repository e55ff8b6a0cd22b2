/**
 * Sums the usage of several rounds, and reads it for the ledger.
 *
 * @module
 */
import type { ProviderUsage } from '../ledger.js';
import { isShape } from '../lift/block.js';

/**
 * The sum of two usages, number by number: flat in specification V2, nested since V3. What is no number comes from
 * the later one, and a number that only one of them states is kept.
 */
export function addUsage(earlier: unknown, later: unknown): unknown {
  if (typeof earlier === 'number' && typeof later === 'number') return earlier + later;
  if (!isShape(earlier) || !isShape(later)) return later ?? earlier;
  const sum: Record<string, unknown> = { ...earlier };
  for (const [key, value] of Object.entries(later)) sum[key] = addUsage(earlier[key], value);
  return sum;
}

/** A usage of the SDK as the ledger takes it: flat in specification V2, nested since V3. */
export function providerUsage(usage: unknown): ProviderUsage | undefined {
  if (!isShape(usage)) return undefined;
  const { inputTokens: input, outputTokens: output } = usage;
  const counts = isShape(input)
    ? { input: input['total'], output: isShape(output) ? output['total'] : undefined, cacheRead: input['cacheRead'], cacheWrite: input['cacheWrite'] }
    : { input, output, cacheRead: usage['cachedInputTokens'] };
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => typeof count === 'number'));
}
