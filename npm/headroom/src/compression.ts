/**
 * Takes lifted blocks or a body through the core, step by step, until it needs nothing more.
 *
 * Owns the loop around the resumable step and the choice between the event loop and the thread pool. It
 * decides nothing about blocks.
 *
 * @module
 */
import type { BodyStepResult, CoreEngine, Span, StepResult } from './core/types.js';
import type { CoreHost } from './core-host.js';
import type { HostModules, ModuleAnswer, Need } from './host-modules.js';
import type { Lifted } from './lift/index.js';
import { passedThrough, type Report } from './report.js';

/** What accompanies the texts or the body of a request. */
export interface RequestMeta {
  readonly model?: string;
  readonly format: string;
  readonly options?: Record<string, unknown>;
  /** Whether the request declares a function tool; absent where nobody knows. */
  readonly functionTools?: boolean;
  /** Whether the provider may take parts out of the conversation, so that nothing may point at them. */
  readonly historyEdited?: boolean;
  readonly entry: 'compress' | 'middleware' | 'fetch';
  /** What was hidden in earlier turns of a body, by their names: it is put back. */
  readonly hidden?: Readonly<Record<string, string>>;
  /** The answer on the server to go on from, where it is another than the one the body names. */
  readonly previousResponseId?: string;
}

/** An original that a handle stands for. */
export interface Original {
  readonly id: string;
  readonly text: string;
}

/** What became of lifted blocks. */
export interface Compressed {
  /** Indexes of the blocks that changed. */
  readonly changed: readonly number[];
  /** Their new texts. */
  readonly texts: readonly string[];
  readonly originals: readonly Original[];
  /** Whether the request is to carry the retrieval tool. */
  readonly tool: boolean;
  readonly report: Report;
}

/** What became of a body. */
export interface CompressedBody {
  /** Absent when nothing changed. */
  readonly body?: Uint8Array;
  readonly originals: readonly Original[];
  /** Whether the body carries the retrieval tool because it was added. */
  readonly tool: boolean;
  readonly report: Report;
}

interface Outcome {
  readonly needs?: readonly Need[];
  readonly changed?: readonly number[];
  readonly originals?: readonly { readonly id: string; readonly block: number }[];
  readonly tool?: boolean;
  /** `retrievedTokens` is there where earlier retrievals were put back. */
  readonly report: Omit<Report, 'retrievedTokens'> & Partial<Pick<Report, 'retrievedTokens'>>;
}

/** Texts above this many characters are worth a trip to the thread pool. */
const asyncThreshold = 64 * 1024;

/** The same for bodies, in bytes: servers send many at once, and have other things to do on the event loop. */
const asyncBodyThreshold = 16 * 1024;

/** How often a step may ask for modules before it has to do without. */
const maxResumptions = 8;

/** Compresses over one engine of the core. */
export class Compression {
  readonly #host: CoreHost;
  readonly #modules: HostModules;
  readonly #code: boolean;

  /** `code`: whether source code is outlined where a call does not say. */
  constructor(host: CoreHost, modules: HostModules, code: boolean) {
    this.#host = host;
    this.#modules = modules;
    this.#code = code;
  }

  /** Compresses lifted blocks, off the event loop where they are many. */
  async blocks(lifted: Lifted, meta: RequestMeta): Promise<Compressed> {
    if (this.#wantsCode(meta)) await this.#modules.loadGrammars();
    const size = lifted.texts.reduce((sum, text) => sum + text.length, 0);
    const step = (engine: CoreEngine, json: string) =>
      size > asyncThreshold ? engine.stepAsync(lifted.texts, json) : engine.step(lifted.texts, json);
    const done = await this.#run<StepResult>(step, { ...meta, blocks: lifted.blocks });
    return compressedBlocks(lifted, done);
  }

  /** {@link blocks} at once. */
  blocksSync(lifted: Lifted, meta: RequestMeta): Compressed {
    if (this.#wantsCode(meta)) this.#modules.loadGrammarsSync();
    const warnings: string[] = [];
    const answers: ModuleAnswer[] = [];
    const input = { ...meta, blocks: lifted.blocks };
    for (let round = 0; ; round++) {
      const json = metaJson(input, answers);
      const attempt = this.#host.attempt((engine) => engine.step(lifted.texts, json));
      if (!attempt.ok) return compressedBlocks(lifted, attempt);
      const outcome = JSON.parse(attempt.value.outcomeJson) as Outcome;
      if (!outcome.needs?.length) return compressedBlocks(lifted, { ok: true, result: attempt.value, outcome, warnings });
      if (round === maxResumptions) return compressedBlocks(lifted, tooManyNeeds);
      answers.push(...this.#modules.answerSync(outcome.needs, (warning) => warnings.push(warning)));
    }
  }

  /** Compresses a body as it goes over the wire. */
  async body(body: Uint8Array, meta: RequestMeta): Promise<CompressedBody> {
    if (this.#wantsCode(meta)) await this.#modules.loadGrammars();
    const step = (engine: CoreEngine, json: string) =>
      body.byteLength > asyncBodyThreshold ? engine.bodyStepAsync(body, json) : engine.bodyStep(body, json);
    const done = await this.#run<BodyStepResult>(step, meta);
    if (!done.ok) return { originals: [], tool: false, report: passedThrough(done.warning) };
    const originals = (done.outcome.originals ?? []).map(({ id }, at) => originalIn(body, id, done.result.originals[at]!));
    const tool = done.outcome.tool ?? false;
    const report = reportOf(done.outcome, done.warnings);
    return { ...(done.result.body && { body: done.result.body }), originals, tool, report };
  }

  #wantsCode({ options }: RequestMeta): boolean {
    return (options?.['code'] ?? this.#code) === true;
  }

  async #run<Result extends { readonly outcomeJson: string }>(
    step: (engine: CoreEngine, metaJson: string) => Result | Promise<Result>,
    meta: object,
  ): Promise<Done<Result>> {
    const warnings: string[] = [];
    const answers: ModuleAnswer[] = [];
    for (let round = 0; ; round++) {
      const json = metaJson(meta, answers);
      const attempt = await this.#host.attemptAsync((engine) => step(engine, json));
      if (!attempt.ok) return attempt;
      const outcome = JSON.parse(attempt.value.outcomeJson) as Outcome;
      if (!outcome.needs?.length) return { ok: true, result: attempt.value, outcome, warnings };
      if (round === maxResumptions) return tooManyNeeds;
      answers.push(...(await this.#modules.answer(outcome.needs, (warning) => warnings.push(warning))));
    }
  }
}

/** An original that is read out of its body when somebody wants it: a store mostly has it from the request before. */
function originalIn(body: Uint8Array, id: string, { start, end }: Span): Original {
  return {
    id,
    get text() {
      return JSON.parse(new TextDecoder().decode(body.subarray(start, end))) as string;
    },
  };
}

type Done<Result> =
  | { readonly ok: true; readonly result: Result; readonly outcome: Outcome; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly warning: string };

const tooManyNeeds = {
  ok: false,
  warning: 'the core kept asking for modules; the request was passed through as it was',
} as const;

function metaJson(meta: object, answers: readonly ModuleAnswer[]): string {
  return JSON.stringify(answers.length > 0 ? { ...meta, answers } : meta);
}

function compressedBlocks(lifted: Lifted, done: Done<StepResult>): Compressed {
  if (!done.ok) return untouched(done.warning);
  const { outcome, result, warnings } = done;
  return {
    changed: outcome.changed ?? [],
    texts: result.texts,
    originals: (outcome.originals ?? []).map(({ id, block }) => ({ id, text: lifted.texts[block]! })),
    tool: outcome.tool ?? false,
    report: reportOf(outcome, warnings),
  };
}

/** The outcome of a request that passes through as it is. */
export function untouched(warning: string): Compressed {
  return { changed: [], texts: [], originals: [], tool: false, report: passedThrough(warning) };
}

function reportOf(outcome: Outcome, warnings: readonly string[]): Report {
  const { report } = outcome;
  return { ...report, retrievedTokens: report.retrievedTokens ?? 0, warnings: [...report.warnings, ...warnings] };
}
