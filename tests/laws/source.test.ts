// Nothing of the corpus stands in the source: its licences do not allow that, and it measures what was not tuned for it.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { corpusTexts, root, withoutCorpus } from './helpers/sources.ts';

/** Characters of a run that may not stand in both. */
const length = 60;
/** Different characters that a run needs to be of anyone's making: ruled lines and number series have fewer. */
const variety = 12;

/** Wording that everybody shares: licences, and lock files with their lists of packages. */
const shared = /(^|\/)(LICENSE|THIRD-PARTY-LICENSES\.md|Cargo\.lock|package-lock\.json)$/;

/** A polynomial hash that moves along a text one character at a time. */
const base = 0x01000193;
const highest = Array.from({ length: length - 1 }).reduce<number>((power) => Math.imul(power, base), 1);

/** Calls `visit` with the hash and the start of every run of `text`. */
function runs(text: string, visit: (hash: number, at: number) => void): void {
  let hash = 0;
  for (let end = 0; end < text.length; end++) {
    if (end >= length) hash = (hash - Math.imul(text.charCodeAt(end - length), highest)) | 0;
    hash = (Math.imul(hash, base) + text.charCodeAt(end)) | 0;
    if (end >= length - 1) visit(hash, end - length + 1);
  }
}

/** Bits set under the hashes of the source's runs: a filter, what passes is compared. */
class Filter {
  readonly #bits = new Uint32Array(1 << 22);

  add(hash: number): void {
    const bit = mixed(hash);
    this.#bits[bit >>> 5]! |= 1 << (bit & 31);
  }

  has(hash: number): boolean {
    const bit = mixed(hash);
    return (this.#bits[bit >>> 5]! & (1 << (bit & 31))) !== 0;
  }
}

function mixed(hash: number): number {
  return (Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0) & 0x7ff_ffff;
}

/** The text files that git knows. */
function sources(): Map<string, string> {
  const names = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' });
  const files = names.split('\0').filter((name) => name !== '' && !shared.test(name));
  const texts = files.map((name) => [name, readFileSync(join(root, name), 'latin1')] as const);
  // In Latin 1 for the zero byte only: what is compared is read as the UTF-8 it is.
  return new Map(texts.filter(([, text]) => !text.includes('\0')).map(([name]) => [name, readFileSync(join(root, name), 'utf8')]));
}

/** The runs that stand in a source file and in a text of the corpus. */
function common(files: ReadonlyMap<string, string>, texts: readonly string[]): string[] {
  const filter = new Filter();
  for (const text of files.values()) runs(text, (hash) => filter.add(hash));
  const suspects = new Set<string>();
  for (const text of texts) {
    runs(text, (hash, at) => {
      if (filter.has(hash)) suspects.add(text.slice(at, at + length));
    });
  }
  const telling = [...suspects].filter((run) => new Set(run.replace(/\s/g, '')).size >= variety);
  if (telling.length === 0) return [];
  const whole = new Set(telling);
  const found: string[] = [];
  for (const [name, text] of files) {
    runs(text, (_, at) => {
      const run = text.slice(at, at + length);
      if (whole.delete(run)) found.push(`${name}: ${JSON.stringify(run)}`);
    });
  }
  return found;
}

/** The source does not depend on the core that is taken. */
const onceOnly = process.env['HEADROOM_FORCE_WASM'] === '1' ? 'tested with the addon' : false;

test('the search finds what stands in both', () => {
  const run = 'A sentence of more than sixty characters, that nobody has written before.';
  const files = new Map([['a', `(${run})`], ['b', '-'.repeat(100)]]);
  assert.equal(common(files, [`<${run}>`]).length, run.length - length + 1);
  assert.deepEqual(common(files, [run.slice(0, length - 1), run.toUpperCase(), '-'.repeat(100)]), []);
});

test(`no run of ${length} characters of the corpus stands in the source`, { skip: withoutCorpus || onceOnly }, () => {
  const files = sources();
  assert.ok(files.size > 100 && [...files.keys()].some((name) => name.endsWith('.rs')), 'the sources were not found');
  const found = common(files, corpusTexts());
  assert.ok(found.length === 0, `${found.length} runs, among them\n${found.slice(0, 20).join('\n')}`);
});
