/**
 * Two texts beside each other: lines that stand in both on one height, what is only in one beside nothing.
 *
 * @module
 */
import type { Paint } from './terminal.js';

/** How the two columns are laid out. */
export interface Layout {
  /** Columns of the terminal. */
  readonly width: number;
  /** Lines of one stretch that are shown; `Infinity` shows all. */
  readonly stretch: number;
  /** Rows that are shown in all. */
  readonly height: number;
  readonly paint: Paint;
  /** Whether a line of the left text, from 1, was left out. */
  isLeftOut(line: number): boolean;
}

/** A line with its number, from 1. */
interface Line {
  readonly number: number;
  readonly text: string;
}

/** A stretch of lines that differ, or one line that is the same on both sides. */
interface Piece {
  readonly left: readonly Line[];
  readonly right: readonly Line[];
}

/** `before` and `after` side by side, line by line. */
export function sideBySide(before: string, after: string, layout: Layout): string[] {
  const { width, paint, height } = layout;
  const [left, right] = [numbered(before), numbered(after)];
  const digits = Math.max(String(left.length).length, String(right.length).length);
  const cell = Math.floor((width - 3) / 2) - digits - 3;
  const title = paint.bold(`${pad('before', digits + cell + 3)} │ after`);
  const rows: string[] = [];
  const wraps = left.length < wrapsBelow;
  for (const piece of pieces(left, right)) {
    const [lefts, rights] = [column(piece.left, cell, wraps, layout), column(piece.right, cell, wraps || right.length < wrapsBelow, layout)];
    for (let at = 0; at < Math.max(lefts.length, rights.length); at++) {
      rows.push(`${drawn(lefts[at], digits, cell, layout, true)} │ ${drawn(rights[at], digits, cell, layout, false)}`.trimEnd());
    }
  }
  if (rows.length <= height) return [title, ...rows];
  const tail = Math.floor(height / 3);
  const note = paint.dim(`${' '.repeat(digits + 3)}(${(rows.length - height + 1).toLocaleString('en-US')} more rows)`);
  return [title, ...rows.slice(0, height - tail - 1), note, ...rows.slice(rows.length - tail)];
}

/** Texts of fewer lines than this have long ones, which are wrapped rather than cut. */
const wrapsBelow = 8;

/** What stands in one row of a column. */
interface Cell {
  /** Absent for the further rows of a wrapped line, and for notes. */
  readonly number?: number;
  readonly text: string;
  readonly isNote?: boolean;
}

function numbered(text: string): Line[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line, at) => ({ number: at + 1, text: visible(line) }));
}

/** Without what would move the cursor. */
function visible(line: string): string {
  return line.replaceAll('\t', '  ').replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '·');
}

/** Lines that stand once in each text, in the same order in both, hold the rest in place. */
function pieces(left: readonly Line[], right: readonly Line[]): Piece[] {
  const found: Piece[] = [];
  let [fromLeft, fromRight] = [0, 0];
  for (const [atLeft, atRight] of inOrder(commonLines(left, right))) {
    // What stands around an anchor and is the same belongs to it.
    let [startLeft, startRight] = [atLeft, atRight];
    if (startLeft < fromLeft || startRight < fromRight) continue;
    while (startLeft > fromLeft && startRight > fromRight && left[startLeft - 1]!.text === right[startRight - 1]!.text) {
      startLeft -= 1;
      startRight -= 1;
    }
    found.push({ left: left.slice(fromLeft, startLeft), right: right.slice(fromRight, startRight) });
    [fromLeft, fromRight] = [startLeft, startRight];
    while (fromLeft < left.length && fromRight < right.length && left[fromLeft]!.text === right[fromRight]!.text) {
      found.push({ left: [left[fromLeft++]!], right: [right[fromRight++]!] });
    }
  }
  found.push({ left: left.slice(fromLeft), right: right.slice(fromRight) });
  return found;
}

/** Pairs of places of the lines that each text has exactly once, in the order of the left one. */
function commonLines(left: readonly Line[], right: readonly Line[]): [number, number][] {
  const places = (lines: readonly Line[]): Map<string, number> => {
    const found = new Map<string, number>();
    lines.forEach(({ text }, at) => found.set(text, found.has(text) ? -1 : at));
    return found;
  };
  const inRight = places(right);
  return [...places(left)].flatMap(([text, at]): [number, number][] => {
    const other = inRight.get(text) ?? -1;
    return at < 0 || other < 0 || text.trim() === '' ? [] : [[at, other]];
  });
}

/** The longest part of `pairs` that goes upwards on both sides. */
function inOrder(pairs: readonly [number, number][]): [number, number][] {
  /** For each length, the index of the pair that ends such a part lowest. */
  const ends: number[] = [];
  const before: number[] = [];
  pairs.forEach(([, place], index) => {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (pairs[ends[middle]!]![1] < place) low = middle + 1;
      else high = middle;
    }
    before[index] = low > 0 ? ends[low - 1]! : -1;
    ends[low] = index;
  });
  const chain: [number, number][] = [];
  for (let at = ends.at(-1) ?? -1; at >= 0; at = before[at]!) chain.push(pairs[at]!);
  return chain.reverse();
}

/** The rows of one side of a stretch; the middle of a long one becomes a note. */
function column(lines: readonly Line[], width: number, wraps: boolean, { stretch }: Layout): Cell[] {
  const cells = lines.flatMap(({ number, text }) => (wraps ? inRows(number, text, width) : [{ number, text: cut(text, width) }]));
  if (cells.length <= stretch) return cells;
  const head = Math.ceil((stretch - 1) / 2);
  const tail = stretch - 1 - head;
  const note = { text: `(${(cells.length - head - tail).toLocaleString('en-US')} more ${wraps ? 'rows' : 'lines'})`, isNote: true };
  return [...cells.slice(0, head), note, ...cells.slice(cells.length - tail)];
}

function inRows(number: number, text: string, width: number): Cell[] {
  const characters = [...text];
  const rows: Cell[] = [{ number, text: characters.slice(0, width).join('') }];
  for (let at = width; at < characters.length; at += width) rows.push({ text: characters.slice(at, at + width).join('') });
  return rows;
}

function cut(text: string, width: number): string {
  const characters = [...text];
  return characters.length <= width ? text : `${characters.slice(0, width - 1).join('')}…`;
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - [...text].length));
}

function drawn(cell: Cell | undefined, digits: number, width: number, { paint, isLeftOut }: Layout, isLeft: boolean): string {
  if (!cell) return ' '.repeat(digits + width + 3);
  const gone = isLeft && cell.number !== undefined && isLeftOut(cell.number);
  const text = pad(cell.text, width);
  const place = `${cell.number === undefined ? '' : cell.number}`.padStart(digits);
  return `${paint.dim(place)} ${gone ? paint.red('-') : ' '} ${cell.isNote || gone ? paint.dim(text) : text}`;
}
