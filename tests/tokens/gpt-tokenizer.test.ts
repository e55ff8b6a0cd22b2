// Counts are gpt-tokenizer's, token for token, but where that differs from tiktoken: its patterns are JavaScript's, to
// which U+FEFF is white space and U+0085 is not.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { countTokens as countCl100k } from 'gpt-tokenizer/encoding/cl100k_base';
import { countTokens as countO200k } from 'gpt-tokenizer/encoding/o200k_base';
import { countTokens } from 'headroom-js';
import 'headroom-js/cl100k';
import { files, hostileTexts } from '../corpus/cases.ts';
import { corpusTexts, slow, withoutCorpus } from '../laws/helpers/sources.ts';

const plain = { allowedSpecial: new Set<string>(), disallowedSpecial: new Set<string>() };
const encodings = [
  { model: 'gpt-4o', reference: (text: string) => countO200k(text, plain) },
  { model: 'gpt-4', reference: (text: string) => countCl100k(text, plain) },
];

/** Where the two differ from tiktoken, or from each other in what half a surrogate pair is. */
const incomparable = (text: string): boolean => /[\ufeff\u0085]|\p{Surrogate}/u.test(text);

function assertSame(text: string): void {
  if (incomparable(text)) return;
  for (const { model, reference } of encodings) {
    const expected = reference(text);
    const count = countTokens(text, { model });
    if (count !== expected) assert.fail(`${model}: ${count} instead of ${expected} tokens in ${JSON.stringify(text.slice(0, 300))}`);
  }
}

/** The counter reads Unicode 17: an older engine leaves out points, a newer one would read some differently. */
const tooNew = Number.parseFloat(process.versions['unicode'] ?? '0') > 17 ? 'this JavaScript engine knows a newer Unicode' : false;

describe('counts are those of gpt-tokenizer', () => {
  test('for every script', { skip: tooNew }, () => {
    const step = slow ? 1 : 7;
    const contexts = ['#A', ' #', 'a#', "'#s", '1#2', '\n#\n '];
    const points: string[] = [];
    for (let code = 0; code < 0x30000; code += code < 0x3000 ? 1 : step) {
      const point = String.fromCodePoint(code);
      if (!incomparable(point) && !/\p{Cn}/u.test(point)) points.push(point);
    }
    for (let at = 0; at < points.length; at += 16) {
      const group = points.slice(at, at + 16);
      assertSame(contexts.map((context) => group.map((point) => context.replace('#', point)).join('.\n')).join('\n'));
      assertSame(group.join(''));
    }
  });

  test('for generated texts', { skip: tooNew }, () => {
    const pieces = fc.constantFrom(' ', '  ', '\n', '\r\n', '\t', "'s", "'LL", "don't", 'HTTPServer', '123', '4567', '--', '/', '€', 'ǅ', 'é', '\u0301', '中文', 'हिन्दी', '👩‍💻', '\u200d', '\u2028', '<|endoftext|>');
    const text = fc.oneof(
      fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join('')),
      fc.string({ unit: 'grapheme', maxLength: 80 }),
      fc.json({ maxDepth: 4 }),
    );
    fc.assert(fc.property(text, assertSame), { numRuns: slow ? 20_000 : 1_000 });
  });

  test('for the files of the repository', () => {
    for (const { texts } of files()) texts?.forEach(assertSame);
    Object.values(hostileTexts()).forEach((text) => assertSame(text.slice(0, 20_000)));
  });

  test('for the corpus', { skip: withoutCorpus }, () => corpusTexts().forEach(assertSame));
});
