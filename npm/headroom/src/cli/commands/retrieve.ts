/**
 * `headroom retrieve`: the part of an original that is asked for, from a store or from the file that was compressed.
 *
 * @module
 */
import { statSync } from 'node:fs';
import { inside } from '../../engine.js';
import type { Format } from '../../lift/index.js';
import type { RetrieveArguments } from '../../retrieval.js';
import type { Invocation } from '../definition.js';
import { openEngine } from '../engine-options.js';
import { exitCodes, inputError, usageError } from '../exit-codes.js';
import type { retrieveFlags } from '../flags.js';
import { readText, reasonOf } from '../input.js';
import { readDocument, requireConversation } from '../subject.js';
import { paintFor, print, say } from '../terminal.js';

type Call = Invocation<typeof retrieveFlags>;

/** Where the original is looked for besides the store. */
interface Source {
  readonly messages: readonly object[];
  readonly format: Format;
}

export async function run({ values, positionals }: Call): Promise<number> {
  const id = handleIn(positionals[0]!);
  if ((values.store === undefined) === (values.from === undefined)) {
    throw usageError('say where the original is: either --store PATH, as given to `headroom compress`, or --from FILE, the file that was compressed');
  }
  requireStore(values.store);
  const { engine, store } = await openEngine(values, values.store);
  const source = values.from === undefined ? undefined : await sourceOf(values.from, values);
  const runtime = engine[inside];
  try {
    const original = await runtime.original(id, runtime.scopeOf(), source?.messages, source?.format);
    if (original === undefined) return notFound(id, values);
    if (values.whole) {
      await print(values.json ? `${JSON.stringify({ text: original, found: true, part: 'everything' }, null, 2)}\n` : original);
      return exitCodes.done;
    }
    const answer = runtime.answer(original, JSON.stringify({ id, ...argumentsOf(values) }), values.model);
    await print(values.json ? `${JSON.stringify(answer, null, 2)}\n` : answer.text.endsWith('\n') ? answer.text : `${answer.text}\n`);
    return answer.found ? exitCodes.done : exitCodes.no;
  } finally {
    store?.close?.();
  }
}

/** The handle in what was given: itself, or the marker it stands in. */
function handleIn(given: string): string {
  const handle = /hr_[0-9a-hjkmnp-tv-z]{16}/.exec(given.toLowerCase())?.[0];
  if (handle === undefined) throw usageError(`${given} is no handle: hr_ and 16 letters and digits, from the marker at the end of the compressed text`);
  return handle;
}

/** Fails where there is no store to ask: one that is made by asking would hold nothing. */
function requireStore(path: string | undefined): void {
  if (path === undefined) return;
  try {
    statSync(path);
  } catch (error) {
    throw inputError(`cannot open the store ${path}: ${reasonOf(error)}`, error);
  }
}

async function sourceOf(file: string, { messages, format }: Call['values']): Promise<Source> {
  const { text, file: path } = await readText(file);
  const name = path ?? 'the input';
  if (messages) {
    const conversation = requireConversation(readDocument(text, name, format), text, name);
    return { messages: conversation.messages, format: conversation.format };
  }
  return { messages: [{ role: 'tool', tool_call_id: 'input', content: text }], format: 'openai' };
}

function argumentsOf({ query, lines, rows, path, symbol }: Call['values']): RetrieveArguments {
  return {
    ...(query !== undefined && { query }),
    ...(lines !== undefined && { lines }),
    ...(rows !== undefined && { rows }),
    ...(path !== undefined && { path }),
    ...(symbol !== undefined && { symbol }),
  };
}

function notFound(id: string, { store, from, messages }: Call['values']): number {
  const place = store ?? (from === '-' ? 'the input' : from!);
  const why = store === undefined ? 'it is not the text that was compressed, or it was compressed with another HEADROOM_SECRET' : 'it was kept elsewhere, with another HEADROOM_SECRET, or too long ago';
  const hint = store === undefined && !messages ? '; if it holds messages, add --messages' : '';
  say(`${paintFor(process.stderr).red('headroom:')} there is no original of ${id} in ${place}: ${why}${hint}`);
  return exitCodes.no;
}
