/**
 * `headroom compress`: a filter from a text, or from messages, to what a model should get instead.
 *
 * @module
 */
import type { Report } from '../../report.js';
import type { Invocation } from '../definition.js';
import { openEngine, type Opened } from '../engine-options.js';
import { exitCodes } from '../exit-codes.js';
import { counter, leftOut, manner, tokens } from '../figures.js';
import type { compressFlags } from '../flags.js';
import { readInput, type Input } from '../input.js';
import { compressText, looksLikeMessages, readDocument } from '../subject.js';
import { paintFor, print, say, shellWord, withProgress } from '../terminal.js';

type Call = Invocation<typeof compressFlags>;

/** What is written, and what is said about it. */
interface Result {
  readonly output: string | Uint8Array;
  /** The same as a value of JSON, under its name. */
  readonly json: object;
  readonly report: Report;
}

export async function run({ values, positionals }: Call): Promise<number> {
  const opened = await openEngine(values, values.store);
  const input = await readInput(positionals[0]);
  const { text } = input;
  if (text === undefined) {
    // What is no text has no tokens to save, and a filter must not stand in its way.
    await print(input.bytes);
    if (!values.quiet) say('headroom: the input is not UTF-8 text and was written as it came');
    return exitCodes.done;
  }
  const working = `compressing ${(input.bytes.length / 1e6).toFixed(1)} MB`;
  const { output, json, report } = await withProgress(working, () =>
    values.messages ? compressDocument(opened, input, text, values) : compressOne(opened, text, values),
  );
  await print(values.json ? `${JSON.stringify({ ...json, report }, null, 2)}\n` : output);
  // The terminal's prompt should not stand behind the text.
  if (!values.json && process.stdout.isTTY && output.at(-1) !== '\n') await print('\n');
  if (!values.quiet) tell(values, input, text, report);
  opened.store?.close?.();
  return values.store !== undefined && report.warnings.some((warning) => warning.startsWith('the store')) ? exitCodes.input : exitCodes.done;
}

async function compressOne({ engine }: Opened, text: string, values: Call['values']): Promise<Result> {
  const compressed = await compressText(engine, text, values.query, values.model);
  return { output: compressed.text, json: { text: compressed.text }, report: compressed.report };
}

async function compressDocument({ engine }: Opened, input: Input, text: string, values: Call['values']): Promise<Result> {
  const document = readDocument(text, input.file ?? 'the input', values.format);
  const model = values.model ?? document.model;
  const options = model === undefined ? {} : { model };
  if ('body' in document) {
    const { body, report } = await engine.compressBody(input.bytes, { ...options, format: document.body.wire });
    return { output: body, json: { body: JSON.parse(new TextDecoder().decode(body)) as unknown }, report };
  }
  const { conversation } = document;
  const { messages, tools, ...report } = await engine.compress(conversation.messages, { ...options, format: conversation.format });
  const whole = conversation.with(messages);
  // The input's own indentation, as far as two spaces go; the very same bytes where nothing changed.
  const written = messages === conversation.messages ? text : `${JSON.stringify(whole, null, /^\s*[[{]\r?\n/.test(text) ? 2 : 0)}\n`;
  return { output: written, json: { messages, tools }, report };
}

/** Says what was done where somebody reads along, and what can no longer be brought back in any case. */
function tell(values: Call['values'], { file }: Input, text: string, report: Report): void {
  const paint = paintFor(process.stderr);
  const shown = values.stats || (process.stderr.isTTY === true && !values.json);
  const lossy = report.blocks.filter(({ handle }) => handle !== undefined);
  if (shown) {
    say(`headroom: ${paint.bold(tokens(report.tokensBefore, report.tokensAfter))}, ${summary(report)}; counted by ${counter(report)}`);
    for (const block of lossy) {
      const place = values.messages ? `message ${block.message}: ` : '';
      say(`headroom: ${place}${block.omissions.map(leftOut).join(', ')}${wayBack(block.handle!, values, file)}`);
    }
    if (!values.messages && looksLikeMessages(text)) say('headroom: this looks like messages; --messages compresses the tool results in them');
  }
  for (const warning of report.warnings) say(`headroom: ${paint.yellow('warning:')} ${warning}`);
  if (lossy.length > 0 && values.store === undefined && file === undefined && !values.messages) {
    say(
      `headroom: ${paint.yellow('warning:')} parts were left out, and nothing keeps the original: --store PATH keeps it, --lossless leaves nothing out, --quiet silences this`,
    );
  }
}

function summary({ blocks }: Report): string {
  const changed = blocks.filter(({ method }) => method !== 'none');
  if (changed.length === 0) return 'nothing that could get smaller';
  const failed = blocks.filter(({ error }) => error !== undefined).length;
  const manners = [...new Set(changed.map(manner))];
  return `${manners.slice(0, 4).join(', ')}${manners.length > 4 ? ', …' : ''}${failed > 0 ? `, ${failed} failed` : ''}`;
}

function wayBack(handle: string, { store, messages }: Call['values'], file: string | undefined): string {
  if (store !== undefined) return `; headroom retrieve ${handle} --store ${shellWord(store)}`;
  return file === undefined ? '' : `; headroom retrieve ${handle} --from ${shellWord(file)}${messages ? ' --messages' : ''}`;
}
