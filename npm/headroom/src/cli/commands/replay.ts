/**
 * `headroom replay`: what sessions of one's own would have cost.
 *
 * @module
 */
import type { Invocation } from '../definition.js';
import { loadVocabulary, optionsOf } from '../engine-options.js';
import { exitCodes } from '../exit-codes.js';
import { change, counter, number, tokens } from '../figures.js';
import type { replayFlags } from '../flags.js';
import { readText } from '../input.js';
import type { Bill, Prices } from '../replay/cache-price.js';
import { replaySession, type ProfileResult, type SessionResult } from '../replay/replay-session.js';
import type { Session } from '../replay/session.js';
import { readTranscript } from '../replay/transcript.js';
import { paintFor, print, say, widthOf, withProgress, wrapped, type Paint } from '../terminal.js';

type Call = Invocation<typeof replayFlags>;

/** A session with what became of it. */
interface Replayed {
  readonly title: string;
  readonly session: Session;
  readonly model: string | undefined;
  readonly prices: Prices;
  readonly result: SessionResult;
}

const profileNames = ['default', 'agent'] as const;

export async function run({ values, positionals }: Call): Promise<number> {
  const config = optionsOf(values);
  const chosen = profileNames.filter((name) => values.profile.length === 0 || values.profile.includes(name));
  const paint = paintFor(process.stdout);
  const all: Replayed[] = [];
  for (const file of positionals) {
    const input = await readText(file);
    const name = input.file ?? 'standard input';
    const { sessions, unreadable } = readTranscript(input.text, name);
    if (unreadable > 0) say(`headroom: ${number(unreadable)} lines of ${name} are no JSON and were passed over`);
    for (const session of sessions) {
      const title = session.name === '' ? name : `${name}, subagent ${session.name}`;
      const model = values.model ?? session.model;
      await loadVocabulary(model);
      const result = await withProgress(title, (progress) =>
        replaySession(session, { profiles: chosen, config, model, progress: (text) => progress.update(`${title}: ${text}`) }),
      );
      const replayed = { title, session, model, prices: pricesFor(values, session, model), result };
      all.push(replayed);
      if (!values.json) await print(describe(replayed, values.dollars, paint));
    }
  }
  if (values.json) await print(`${JSON.stringify(all.map(toJson), null, 2)}\n`);
  else await print(`${wrapped(caveats, Math.min(100, widthOf(process.stdout)))}\n`);
  return exitCodes.done;
}

/** Anthropic charges more for what is written to its cache, the others do not. */
function pricesFor(values: Call['values'], session: Session, model: string | undefined): Prices {
  const isClaude = model === undefined ? session.format === 'anthropic' : /claude/.test(model);
  return { cached: values['cached-price'] ?? 0.1, written: values['written-price'] ?? (isClaude ? 1.25 : 1) };
}

const caveats =
  'The bill is that of the input, in input tokens: what is read from the cache at its price, the rest as written, the retrieval tool included. Not in it, as no transcript tells: what a model would retrieve, system prompts and tool definitions that were not recorded, thinking and images. All but the first cost the same with and without.';

function describe({ title, session, model, prices, result }: Replayed, dollars: number | undefined, paint: Paint): string {
  const { plain, profiles, reasons } = result;
  const rows = [
    ['', 'sent', 'cached', 'written', 'bill', 'change', 'prefix breaks'],
    row('without', plain, plain, prices, dollars),
    ...profiles.map(({ profile, bill }) => row(profile, bill, plain, prices, dollars)),
  ];
  const widths = rows[0]!.map((_, at) => Math.max(...rows.map((cells) => cells[at]!.length)));
  const lines = rows.map((cells) => cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!))).join('  '));
  const best = profiles.reduce((a, b) => (b.bill.price(prices) < a.bill.price(prices) ? b : a));
  const described = [
    paint.bold(title),
    `${session.source === 'messages' ? `Messages of ${session.format}` : `A session of ${session.source}`}, ${number(plain.requests)} requests, ${model ?? 'no model named'}; tokens by ${counter(result.counter)}; cached at ${prices.cached}, written at ${prices.written} of an input token`,
    '',
    paint.dim(lines[0]!),
    ...lines.slice(1),
    '',
    ...breaks(plain, reasons, profiles),
    ...contributions(best),
    ...ownUsage(session, result, best, prices),
    ...profiles.flatMap(({ warnings }) => warnings.map((warning) => paint.yellow(`warning: ${warning}`))),
  ];
  return `${described.join('\n')}\n\n`;
}

function row(name: string, bill: Bill, plain: Bill, prices: Prices, dollars: number | undefined): string[] {
  const price = bill.price(prices);
  const shown = dollars === undefined ? number(price) : `$${((price * dollars) / 1e6).toFixed(2)}`;
  const changed = bill === plain ? '' : change(plain.price(prices), price);
  return [name, number(bill.sent), number(bill.cached), number(bill.written), shown, changed, number(bill.breaks.length)];
}

/** At most so many breaks are listed. */
const shownBreaks = 5;

function breaks(plain: Bill, reasons: ReadonlyMap<number, string>, profiles: readonly ProfileResult[]): string[] {
  const lines = plain.breaks
    .slice(0, shownBreaks)
    .map(({ request, tokens: lost }) => `Request ${request} breaks the prefix in any case: ${reasons.get(request) ?? 'what was sent before is not sent again'}; ${number(lost)} tokens were cached.`);
  if (plain.breaks.length > shownBreaks) lines.push(`(${number(plain.breaks.length - shownBreaks)} more of these)`);
  for (const { profile, ownBreaks } of profiles) {
    const [first] = ownBreaks;
    if (first) lines.push(`${profile} breaks it in ${number(ownBreaks.length)} requests more, first in request ${first.request}, at message ${first.message}.`);
  }
  if (profiles.every(({ ownBreaks }) => ownBreaks.length === 0)) lines.push('Headroom breaks no prefix.');
  return lines;
}

function contributions({ profile, contributions: list, toolTokens }: ProfileResult): string[] {
  if (list.length === 0) return ['Nothing in it gets smaller.'];
  const shown = list.slice(0, 6).map(({ manner, blocks, tokensBefore, tokensAfter }) => `  ${manner}: ${number(blocks)} ${blocks === 1 ? 'text' : 'texts'}, ${tokens(tokensBefore, tokensAfter)}`);
  return [`What gets smaller with ${profile}, each text counted once; the retrieval tool costs ${number(toolTokens)} tokens in every request:`, ...shown];
}

/** The saving as a part of what was really charged, which knows of system prompts and tools. */
function ownUsage({ usage }: Session, { plain }: SessionResult, { bill, profile }: ProfileResult, prices: Prices): string[] {
  if (!usage) return [];
  const charged = usage.plain + prices.cached * usage.cached + prices.written * usage.written;
  const account = `By its own account the session was charged for ${number(usage.plain + usage.cached + usage.written)} tokens of input, of which ${number(usage.cached)} were cached`;
  const [before, after] = [plain.price(prices), bill.price(prices)];
  if (charged < before) return [`${account}. That is less than what is counted here, so the two cannot be compared.`];
  return [`${account}; of that bill, ${profile} saves ${((100 * (before - after)) / charged).toFixed(1)} %.`];
}

function toJson({ title, session, model, prices, result }: Replayed): object {
  const { plain, profiles, reasons } = result;
  const bill = (side: Bill): object => ({ sent: side.sent, cached: side.cached, written: side.written, bill: side.price(prices), prefixBreaks: side.breaks });
  return {
    title,
    source: session.source,
    format: session.format,
    model,
    ...result.counter,
    requests: plain.requests,
    prices,
    usage: session.usage,
    without: { ...bill(plain), prefixBreaks: plain.breaks.map((broken) => ({ ...broken, reason: reasons.get(broken.request) })) },
    profiles: profiles.map(({ profile, bill: side, ownBreaks, contributions: list, toolTokens, warnings }) => ({
      profile,
      ...bill(side),
      saved: 1 - side.price(prices) / plain.price(prices),
      ownBreaks,
      toolTokens,
      contributions: list,
      warnings,
    })),
  };
}
