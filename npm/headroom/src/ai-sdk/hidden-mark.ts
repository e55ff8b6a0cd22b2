/**
 * The mark on visible parts of a turn that has hidden rounds, in `providerMetadata.headroom`: the SDK carries it
 * into the application's messages and back in `providerOptions.headroom`.
 *
 * It is what remains if the hidden rounds themselves are lost: it says that the turn is incomplete, and which keys
 * of the parts were the provider's own, so that what depends on the lost rounds can be left out too.
 *
 * @module
 */
import { hiddenMark } from '../lift/ai-sdk.js';
import { isShape } from '../lift/block.js';
import type { Message, Part, Shape } from './types.js';

/** The keys of the provider's own metadata in a turn, as `provider.key`. */
export type ProducedKeys = Set<string>;

/** Adds the keys of `part`'s metadata to `keys`. */
export function noteProduced(keys: ProducedKeys, part: Part): void {
  const metadata = part['providerMetadata'];
  if (!isShape(metadata)) return;
  for (const [provider, values] of Object.entries(metadata)) {
    for (const key of Object.keys(isShape(values) ? values : {})) keys.add(`${provider}.${key}`);
  }
}

/** `part` with the mark. */
export function marked(part: Part, keys: ProducedKeys): Part {
  const metadata = isShape(part['providerMetadata']) ? part['providerMetadata'] : {};
  const ours = isShape(metadata['headroom']) ? metadata['headroom'] : {};
  return { ...part, providerMetadata: { ...metadata, headroom: { ...ours, [hiddenMark]: [...keys] } } };
}

/** The keys that the marks of a message name; `undefined` if it has none. */
export function marksOf(message: Message): ReadonlySet<string> | undefined {
  let keys: Set<string> | undefined;
  for (const part of typeof message.content === 'string' ? [] : message.content) {
    const options = part['providerOptions'];
    const ours = isShape(options) ? options['headroom'] : undefined;
    const mark = isShape(ours) ? ours[hiddenMark] : undefined;
    if (!Array.isArray(mark)) continue;
    keys ??= new Set();
    for (const key of mark) keys.add(String(key));
  }
  return keys;
}

/**
 * A turn whose hidden rounds are gone, without what depends on them: its reasoning, and the provider's own keys
 * (`produced`) on the other parts. `undefined` if nothing is left of it.
 */
export function withoutDependents(message: Message, produced: ReadonlySet<string>): Message | undefined {
  if (typeof message.content === 'string') return message;
  const content = message.content
    .filter(({ type }) => type !== 'reasoning' && type !== 'reasoning-file')
    .map((part) => withOptions(part, optionsWithout(part['providerOptions'], produced)));
  return content.length === 0 ? undefined : { ...message, content };
}

/** `part` with these `providerOptions`, or without any. */
export function withOptions(part: Part, options: Shape | undefined): Part {
  const { providerOptions: _, ...rest } = part;
  return (options === undefined ? rest : { ...rest, providerOptions: options }) as Part;
}

function optionsWithout(options: unknown, produced: ReadonlySet<string>): Shape | undefined {
  if (!isShape(options)) return undefined;
  const kept: Record<string, Shape> = {};
  for (const [provider, values] of Object.entries(options)) {
    const entries = Object.entries(isShape(values) ? values : {}).filter(
      ([key]) => !produced.has(`${provider}.${key}`) && !(provider === 'headroom' && key === hiddenMark),
    );
    if (entries.length > 0) kept[provider] = Object.fromEntries(entries);
  }
  return Object.keys(kept).length > 0 ? kept : undefined;
}
