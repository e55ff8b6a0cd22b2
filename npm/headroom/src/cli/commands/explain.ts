/**
 * `headroom explain`: before and after side by side, and the reason of every omission.
 *
 * @module
 */
import type { BlockReport, Omission, Report } from '../../report.js';
import type { Invocation } from '../definition.js';
import { openEngine } from '../engine-options.js';
import { exitCodes } from '../exit-codes.js';
import { counter, leftOut, manner, ranges, tokens } from '../figures.js';
import type { explainFlags } from '../flags.js';
import { readText } from '../input.js';
import { sideBySide } from '../side-by-side.js';
import { compressText, readDocument, requireConversation, textsOf, type Conversation } from '../subject.js';
import { paintFor, print, shellWord, widthOf, withProgress, wrapped, type Paint } from '../terminal.js';

type Call = Invocation<typeof explainFlags>;

/** One text before and after. */
interface Explained {
  readonly title: string;
  readonly before: string;
  readonly after: string;
  readonly block: BlockReport | undefined;
}

/** Lines of a stretch, and rows of a text, that are shown; the rest is counted. */
const [shownLines, shownRows] = [12, 48];

export async function run({ values, positionals }: Call): Promise<number> {
  const { engine } = await openEngine(values);
  const { text, file } = await readText(positionals[0]);
  const name = file ?? 'the input';
  const paint = paintFor(process.stdout);
  const width = widthOf(process.stdout);
  const [explained, report] = await withProgress('compressing', async (): Promise<[Explained[], Report]> => {
    if (!values.messages) {
      const { text: after, report } = await compressText(engine, text, values.query, values.model);
      return [[{ title: name, before: text, after, block: report.blocks[0] }], report];
    }
    const document = readDocument(text, name, values.format);
    const conversation = requireConversation(document, text, name);
    const model = values.model ?? document.model;
    const { messages, tools: _, ...report } = await engine.compress(conversation.messages, {
      format: conversation.format,
      ...(model !== undefined && { model }),
    });
    return [changedTexts(conversation, messages, report), report];
  });
  const command = `--from ${file === undefined ? 'FILE' : shellWord(file)}${values.messages ? ' --messages' : ''}`;
  for (const one of explained) {
    const { block } = one;
    const columns = sideBySide(one.before, one.after, {
      width,
      paint,
      stretch: values.all ? Infinity : shownLines,
      height: values.all ? Infinity : shownRows,
      isLeftOut: (line) => block?.omissions.some((omission) => covers(omission, line)) === true,
    });
    await print(`${paint.bold(one.title)}\n\n${columns.join('\n')}\n\n${reasons(block, command, paint, width).join('\n')}\n\n`);
  }
  await print(`${explained.length === 0 ? 'Nothing gets smaller. ' : ''}${closing(report)}\n`);
  return exitCodes.done;
}

/** The texts of a conversation that changed. */
function changedTexts(conversation: Conversation, messages: readonly object[], report: Report): Explained[] {
  const [before, after] = [textsOf(conversation), textsOf({ ...conversation, messages })];
  return before.texts.flatMap((text, at): Explained[] => {
    const other = after.texts[at]!;
    if (text === other) return [];
    const { message, part, toolName } = before.blocks[at]!;
    const block = report.blocks.find((candidate) => candidate.message === message && candidate.part === part);
    return [{ title: `message ${message}, part ${part}${toolName === undefined ? '' : `, ${toolName}`}`, before: text, after: other, block }];
  });
}

function covers({ unit, ranges: list }: Omission, line: number): boolean {
  return unit === 'lines' && list.some(([first, last]) => line >= first && line <= last);
}

/** What was done to a block, what was left out of it and how that comes back. */
function reasons(block: BlockReport | undefined, command: string, paint: Paint, width: number): string[] {
  if (!block) return ['Not looked at: too small, or not for Headroom to touch.'];
  const { tokensBefore, tokensAfter, method, lossless, handle, omissions, error } = block;
  const lines = [`${paint.bold(manner(block))}: ${tokens(tokensBefore, tokensAfter)}`];
  if (error !== undefined) lines.push(`${paint.red('failed, and left as it was:')} ${error}`);
  if (method === 'none') return [...lines, 'No form of it is smaller.'];
  if (lossless) return [...lines, 'Nothing is left out: it decodes to the same.'];
  for (const omission of omissions) {
    lines.push(`${paint.yellow('-')} ${leftOut(omission)}: ${broken(ranges(omission.ranges), width - 4)}`);
  }
  if (handle !== undefined) lines.push(`  comes back by: headroom retrieve ${handle} ${command}${example(omissions[0])}`);
  return lines;
}

/** A list of ranges in lines that fit, the further ones indented. */
function broken(list: string, width: number): string {
  return wrapped(list.replaceAll(',', ', '), width).replaceAll('\n', '\n    ');
}

/** The flag that asks for the first stretch of an omission. */
function example(omission: Omission | undefined): string {
  const range = omission?.ranges[0];
  if (!omission || !range || (omission.unit !== 'rows' && omission.unit !== 'lines')) return '';
  const path = omission.path === undefined ? '' : ` --path '${omission.path}'`;
  return ` --${omission.unit} ${ranges([range])}${path}`;
}

function closing(report: Report): string {
  const warnings = report.warnings.map((warning) => `\nwarning: ${warning}`).join('');
  return `${tokens(report.tokensBefore, report.tokensAfter)} in all, counted by ${counter(report)}.${warnings}`;
}
