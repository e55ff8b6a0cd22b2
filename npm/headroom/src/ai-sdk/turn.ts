/**
 * One turn of the model: as many rounds as it takes until there is something to hand to the client.
 *
 * Owns the decisions between rounds: whether calls of the retrieval tool are answered and the model goes on, or the
 * turn is over, and what is kept for later requests. It knows nothing of streams.
 *
 * @module
 */
import { withRetrievals } from '../report.js';
import { limitReached, missingHandle, readCall, type RetrieveAnswer } from '../retrieval.js';
import { isForClient, isOurCall, promptContent } from './content.js';
import { tokensOf, type RequestState } from './request.js';
import { keyAfter } from './turn-key.js';
import type { CallParams, Message, Part, Shape } from './types.js';
import { addUsage, providerUsage } from './usage.js';

/** What comes after a round. */
export type Next =
  /** Call the model again with `params`. */
  | { readonly kind: 'continue'; readonly params: CallParams }
  /** The turn is over; `dropped` says that a last call of the retrieval tool was left unanswered. */
  | { readonly kind: 'end'; readonly dropped: boolean };

const defaultMaxRetrievals = 3;

/** Follows the rounds of one turn. */
export class Turn {
  /** The usage of all rounds so far. */
  usage: unknown;
  readonly #state: RequestState;
  readonly #params: CallParams;
  readonly #rounds: Message[] = [];
  readonly #answers: Part[] = [];
  readonly #warnings = new Set<string>();
  #last: readonly Part[] = [];
  #answered = 0;
  #retrievals = 0;
  #limitTold = false;
  #reported = false;

  constructor(state: RequestState, params: CallParams) {
    this.#state = state;
    this.#params = params;
  }

  /** Whether anything was hidden from the client in this turn. */
  get hides(): boolean {
    return this.#rounds.length > 0 || this.#answers.length > 0;
  }

  /** Whether `part` is to be kept from the client. */
  conceals(part: Part): boolean {
    return this.#state.intercepts && isOurCall(part);
  }

  /** Takes in what the model produced in one round. */
  take(content: readonly Part[], usage: unknown): Next {
    this.usage = addUsage(this.usage, usage);
    const calls = this.#state.intercepts ? content.filter(isOurCall) : [];
    const produced = promptContent(content);
    this.#last = produced;
    if (calls.length === 0) return { kind: 'end', dropped: false };
    const beside = content.some(isForClient);
    if (this.#limitTold && !beside) {
      this.#warnings.add('the model asked for retrievals beyond maxRetrievals; its last call was dropped');
      this.#last = withoutCalls(produced);
      return { kind: 'end', dropped: true };
    }
    const answers = this.#answer(calls);
    if (beside) {
      this.#answers.push(...answers);
      return { kind: 'end', dropped: false };
    }
    this.#rounds.push({ role: 'assistant', content: produced }, { role: 'tool', content: answers });
    return { kind: 'continue', params: { ...this.#params, prompt: [...this.#params.prompt, ...this.#rounds] } };
  }

  /** Keeps what was hidden, now that the client has `visible`, and settles the report. */
  async end(visible: readonly Part[]): Promise<Shape | undefined> {
    const { state, hidden, key } = { state: this.#state, ...this.#state };
    if (this.hides) {
      const record = { rounds: this.#rounds, last: this.#last, answers: this.#answers };
      const turn = keyAfter(key, { role: 'assistant', content: visible });
      this.#warn(await hidden.keep(state.runtime.scopeOf(), turn, record));
    }
    this.#warn(await state.kept);
    return this.report();
  }

  /** The report of the request with everything that was retrieved so far; the listener is told once. */
  report(): Shape | undefined {
    const { runtime, report, modelId } = this.#state;
    if (!report) return undefined;
    const answers = [...this.#rounds.flatMap(({ role, content }) => (role === 'tool' ? (content as Part[]) : [])), ...this.#answers];
    const settled = withRetrievals(report, tokensOf(runtime, answers, modelId), [...this.#warnings]);
    if (!this.#reported) runtime.report(settled, {}, { retrievals: this.#retrievals, usage: providerUsage(this.usage) });
    this.#reported = true;
    return settled as unknown as Shape;
  }

  #answer(calls: readonly Part[]): Part[] {
    const max = this.#state.runtime.config.maxRetrievals ?? defaultMaxRetrievals;
    this.#limitTold = this.#answered >= max;
    this.#answered += 1;
    if (!this.#limitTold) this.#retrievals += calls.length;
    return calls.map((call) => {
      const { text } = this.#limitTold ? limitReached : this.#retrieve(call);
      const { toolCallId, toolName } = call;
      return { type: 'tool-result', toolCallId, toolName, output: { type: 'text', value: text } };
    });
  }

  #retrieve(call: Part): RetrieveAnswer {
    const { runtime, originals, modelId } = this.#state;
    const read = readCall(call);
    if (read?.id === undefined) return missingHandle;
    return runtime.answer(originals.get(read.id), read.argumentsJson, modelId);
  }

  #warn(warnings: readonly string[]): void {
    for (const warning of warnings) this.#warnings.add(warning);
  }
}

/** What remains of a round whose calls were dropped: without text, its reasoning led nowhere. */
function withoutCalls(content: readonly Part[]): readonly Part[] {
  const rest = content.filter((part) => !isOurCall(part));
  return rest.some(({ type }) => type !== 'reasoning' && type !== 'reasoning-file') ? rest : [];
}
