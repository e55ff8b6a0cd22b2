/**
 * The retrieval loop around `doStream`: the client gets one stream, and text reaches it at once.
 *
 * Owns the order of the parts and the passing on of aborts. What a round means for the next is the turn's.
 *
 * @module
 */
import type { RequestState } from './request.js';
import { StreamRound } from './stream-round.js';
import { Turn } from './turn.js';
import { finishReason, type CallParams, type LanguageModel, type Part, type StreamResult } from './types.js';
import { addUsage } from './usage.js';

/** Opens the model's stream; its rounds follow one another within the stream that is returned. */
export async function streamTurn(
  state: RequestState,
  params: CallParams,
  model: LanguageModel,
  first: () => PromiseLike<unknown>,
): Promise<StreamResult> {
  const turn = new Turn(state, params);
  try {
    const result = (await first()) as StreamResult;
    return { ...result, stream: new TurnStream(turn, params, model).follow(result.stream) };
  } catch (error) {
    turn.report();
    throw error;
  }
}

/** The rounds of one turn as one stream. */
class TurnStream {
  readonly #turn: Turn;
  readonly #params: CallParams;
  readonly #model: LanguageModel;
  /** Ends calls that are still being opened when the client has gone. */
  readonly #gone = new AbortController();
  #reader: ReadableStreamDefaultReader<Part> | undefined;

  constructor(turn: Turn, params: CallParams, model: LanguageModel) {
    this.#turn = turn;
    this.#params = params;
    this.#model = model;
  }

  /** Pulls from the model only what the client pulls. */
  follow(first: ReadableStream<Part>): ReadableStream<Part> {
    const parts = this.#parts(first);
    return new ReadableStream<Part>(
      {
        pull: async (controller) => {
          const { done, value } = await parts.next();
          if (done) controller.close();
          else controller.enqueue(value);
        },
        cancel: async (reason) => {
          this.#gone.abort(reason);
          await this.#reader?.cancel(reason);
          await parts.return(undefined);
          this.#turn.report();
        },
      },
      { highWaterMark: 0 },
    );
  }

  async *#parts(first: ReadableStream<Part>): AsyncGenerator<Part, undefined> {
    const visible: Part[] = [];
    const produced = new Set<string>();
    let stream = first;
    try {
      for (let number = 0; ; number++) {
        const round = new StreamRound(this.#turn, number, produced);
        for await (const part of this.#read(stream)) yield* round.take(part);
        visible.push(...round.visible());
        if (!round.finish || this.#gone.signal.aborted) return;
        if (round.failed) {
          yield { ...round.finish, usage: addUsage(this.#turn.usage, round.finish['usage']) };
          return;
        }
        const next = this.#turn.take(round.content(), round.finish['usage']);
        if (next.kind === 'end') {
          const reason = next.dropped && { finishReason: finishReason('stop', round.finish['finishReason']) };
          yield await this.#finished({ ...round.finish, ...reason, usage: this.#turn.usage }, visible);
          return;
        }
        try {
          stream = await this.#open(next.params);
        } catch (error) {
          if (this.#params.abortSignal?.aborted || this.#gone.signal.aborted) throw error;
          yield { type: 'error', error };
          const reason = finishReason('error', round.finish['finishReason']);
          yield { ...round.finish, finishReason: reason, usage: this.#turn.usage };
          return;
        }
      }
    } finally {
      this.#turn.report();
    }
  }

  async *#read(stream: ReadableStream<Part>): AsyncGenerator<Part, void> {
    const reader = stream.getReader();
    this.#reader = reader;
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        yield value;
      }
    } finally {
      this.#reader = undefined;
      reader.releaseLock();
    }
  }

  async #open(params: CallParams): Promise<ReadableStream<Part>> {
    const signals = [this.#gone.signal, ...(params.abortSignal ? [params.abortSignal] : [])];
    const abortSignal = AbortSignal.any(signals);
    const { stream } = (await this.#model.doStream({ ...params, abortSignal })) as StreamResult;
    if (!this.#gone.signal.aborted) return stream;
    await stream.cancel(this.#gone.signal.reason);
    throw this.#gone.signal.reason;
  }

  async #finished(finish: Part, visible: readonly Part[]): Promise<Part> {
    const report = await this.#turn.end(visible);
    const metadata = finish['providerMetadata'] as object | undefined;
    return report ? { ...finish, providerMetadata: { ...metadata, headroom: report } } : finish;
  }
}
