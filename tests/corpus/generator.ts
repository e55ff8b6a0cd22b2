// Tool outputs by seed: the same seed gives the same text everywhere, since nothing but whole numbers is drawn.

/** Draws from a seed. */
export class Draw {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A whole number below `limit` (mulberry32). */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }

  /** One of `items`. */
  of<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)]!;
  }

  /** True once in `times`. */
  once(times: number): boolean {
    return this.below(times) === 0;
  }
}

const words = ['amber', 'basalt', 'cedar', 'delta', 'ember', 'fjord', 'garnet', 'harbour', 'indigo', 'juniper', 'kelp', 'lumen'];

/** Strings that look like something else: like numbers, like our own notation, like markers, or like the end of a text. */
const hostile = [
  '', ' ', 'null', 'true', '-0', '1e5', '007', '?', '*3', '&1', '#1', '#json', '#=', '=x', '+a:b', '>a', '^', '~', '@a', 'a,b', '[#3(a,b)', '…',
  '… rows 1-2', '"', '\\', '\n', 'a\nb: c', '\u0000', '\u001f', '\u2028', '\ufeff', 'é', 'e\u0301', '😀', 'ﷺ', '__proto__', 'constructor',
  '[headroom: 812 of 1000 rows left out, rows 9-820; headroom_retrieve("hr_k3f9m2q7x4tb0c5d")]', 'hr_0000000000000000', '<|endoftext|>',
];

const keys = ['id', 'name', 'status', 'price', 'created_at', 'url', 'owner', 'tags', 'note', 'a.b', 'x y', 'Größe', '', '0'];

/** What a column holds, row by row. */
type Column = (draw: Draw, row: number) => unknown;

const columns: readonly Column[] = [
  (_, row) => row + 1,
  (_, row) => `item-${row + 1}`,
  (draw) => draw.of(words),
  (draw) => draw.of(['ok', 'ok', 'ok', 'ok', 'ok', 'ok', 'failed']),
  (draw) => draw.below(100_000) / 100,
  (draw) => (draw.once(4) ? null : draw.below(10)),
  (_, row) => `2025-04-${String(1 + (row % 28)).padStart(2, '0')}T0${row % 10}:15:00Z`,
  (_, row) => `https://example.org/things/${row + 1}`,
  () => 'the same in every row',
  (draw) => draw.of([true, false]),
  (draw) => ({ name: draw.of(words), rank: draw.below(5) }),
  (draw) => Array.from({ length: draw.below(4) }, () => draw.of(words)),
  (draw) => draw.of(hostile),
  (draw) => (draw.once(9) ? { error: 'timeout', code: draw.below(600) } : null),
];

/** A table of so many rows as values. */
function table(draw: Draw, rows: number): unknown[] {
  const shape = Array.from({ length: 2 + draw.below(6) }, (_, at) => [at < 2 ? keys[at]! : draw.of(keys), draw.of(columns)] as const);
  const missing = draw.once(3);
  return Array.from({ length: rows }, (_, row) => {
    if (draw.once(40)) return draw.of<unknown>([null, 7, 'not a row', [], {}]);
    return Object.fromEntries(shape.filter(() => !missing || !draw.once(8)).map(([key, column]) => [key, column(draw, row)]));
  });
}

/** Forms in which tools write what they have. */
const forms: readonly ((draw: Draw, rows: number) => string)[] = [
  (draw, rows) => JSON.stringify(table(draw, rows)),
  (draw, rows) => JSON.stringify(table(draw, rows), null, 2),
  (draw, rows) => JSON.stringify({ total: rows, next: null, items: table(draw, rows), took: draw.below(90) }),
  (draw, rows) => JSON.stringify(Object.fromEntries(table(draw, rows).map((row, at) => [`key-${at}`, row]))),
  (draw, rows) => table(draw, rows).map((row) => JSON.stringify(row)).join('\n'),
  (draw, rows) => cut(draw, JSON.stringify(table(draw, rows), null, 1)),
  (draw, rows) => cut(draw, table(draw, rows).map((row) => JSON.stringify(row)).join('\n')),
  (draw, rows) => JSON.stringify({ content: [{ type: 'text', text: JSON.stringify(table(draw, rows)) }], isError: false }),
  (draw, rows) => JSON.stringify(JSON.stringify({ inner: table(draw, rows) })),
  (draw, rows) => JSON.stringify({ groups: Array.from({ length: 3 }, () => ({ name: draw.of(words), members: table(draw, Math.ceil(rows / 3)) })) }),
  (draw, rows) => JSON.stringify(Array.from({ length: rows * 4 }, () => draw.below(1000) / 10)),
  (draw, rows) => Array.from({ length: rows }, (_, row) => `${draw.of(words)} ${row}: ${draw.of(hostile)} ${draw.of(words)}`).join('\n'),
];

/** Cuts a text off at its end, never inside a surrogate pair. */
function cut(draw: Draw, text: string): string {
  const end = text.length - draw.below(Math.ceil(text.length / 4));
  return text.slice(0, end).toWellFormed().replace(/\ufffd$/, '');
}

/** One tool output. `rows` bounds its size. */
export function toolOutput(seed: number, rows: number): string {
  const draw = new Draw(seed);
  return draw.of(forms)(draw, 1 + draw.below(rows));
}
