/**
 * The terminal, or whatever stands in its place: colours, width, writing, progress.
 *
 * @module
 */
import { once } from 'node:events';

/** Colours, or nothing where nobody would see them. */
export interface Paint {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
}

type Stream = NodeJS.WriteStream;

/** Colours for `stream`: those of a terminal, unless the environment says otherwise. */
export function paintFor(stream: Stream): Paint {
  const style = (on: number, off: number) => (text: string) => (text === '' ? text : `\x1b[${on}m${text}\x1b[${off}m`);
  if (!hasColours(stream)) {
    const plain = (text: string): string => text;
    return { bold: plain, dim: plain, red: plain, green: plain, yellow: plain };
  }
  return { bold: style(1, 22), dim: style(2, 22), red: style(31, 39), green: style(32, 39), yellow: style(33, 39) };
}

/** NO_COLOR and FORCE_COLOR as other programs read them; the one that forbids wins. */
function hasColours(stream: Stream): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false;
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return stream.isTTY === true && TERM !== 'dumb';
}

/** Columns of the terminal that `stream` is; `COLUMNS`, or 100, where it is none. */
export function widthOf(stream: Stream): number {
  const given = Number(process.env['COLUMNS']);
  const width = stream.columns ?? (Number.isInteger(given) && given > 0 ? given : 100);
  return Math.max(40, width);
}

/** Writes to standard output and waits until it has taken it. */
export async function print(content: string | Uint8Array): Promise<void> {
  if (content.length > 0 && !process.stdout.write(content)) await once(process.stdout, 'drain');
}

/** Says something about the work, on standard error. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** `path` as a word of a command line. */
export function shellWord(path: string): string {
  return /^[\w@%+=:,./~-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

/** `text` in lines of at most `width` characters, broken between words. */
export function wrapped(text: string, width: number): string {
  return text
    .split('\n')
    .map((paragraph) => {
      const lines: string[] = [];
      for (const word of paragraph.split(' ')) {
        const last = lines.at(-1);
        if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
        else lines.push(word);
      }
      return lines.join('\n');
    })
    .join('\n');
}

/** Milliseconds before progress is shown: what is done sooner needs none. */
const patience = 400;
const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/** One line on standard error that says what is being done; nothing where that is no terminal. */
export class Progress {
  readonly #started = performance.now();
  readonly #timer: NodeJS.Timeout | undefined;
  #text: string;
  #drawn = 0;

  constructor(text: string) {
    this.#text = text;
    if (process.stderr.isTTY !== true) return;
    this.#timer = setInterval(() => this.#draw(), 100);
    this.#timer.unref();
  }

  /** Changes what is said. */
  update(text: string): void {
    this.#text = text;
    // A long loop leaves timers no turn.
    if (this.#timer && performance.now() - this.#drawn > 100) this.#draw();
  }

  /** Takes the line away. */
  end(): void {
    clearInterval(this.#timer);
    if (this.#drawn > 0) process.stderr.write('\r\x1b[K');
    this.#drawn = 0;
  }

  #draw(): void {
    const now = performance.now();
    if (now - this.#started < patience) return;
    this.#drawn = now;
    const seconds = Math.floor((now - this.#started) / 1000);
    const frame = frames[Math.floor(now / 100) % frames.length];
    process.stderr.write(`\r\x1b[K${`${frame} ${this.#text}${seconds > 1 ? `, ${seconds} s` : ''}`.slice(0, widthOf(process.stderr) - 1)}`);
  }
}

/** Runs `work` with a line of progress. */
export async function withProgress<Result>(text: string, work: (progress: Progress) => Promise<Result>): Promise<Result> {
  const progress = new Progress(text);
  try {
    return await work(progress);
  } finally {
    progress.end();
  }
}
