/**
 * One turn of the model as the client sees it: as many responses of the provider as it takes.
 *
 * Owns the loop between responses: what is retrieved, what goes out next, what is kept and reported when the turn is
 * over. What the bytes say is the core's to know.
 *
 * @module
 */
import type { InterceptOutcome } from '../core/types.js';
import { withRetrievals } from '../report.js';
import { limitReached, missingHandle, unknownHandle, type RetrieveAnswer } from '../retrieval.js';
import type { UpstreamFailure } from './interception.js';
import { responseKey, type PreparedRequest } from './request.js';

/** Sends a body to where the request goes. */
export type SendBody = (body: Uint8Array, signal: AbortSignal) => Promise<Response>;

const encoder = new TextEncoder();

type Done = InterceptOutcome & { kind: 'done' };
type Call = (InterceptOutcome & { kind: 'retrieve' })['calls'][number];

/** What an upstream that refuses may say about it, in characters. */
const maxFailureText = 64 * 1024;

/** The continuation was refused before the client has seen anything of the answer: it gets the refusal. */
export class RefusedContinuation {
  readonly response: Response;

  constructor(response: Response) {
    this.response = response;
  }
}

/** Follows one turn. */
export class Turn {
  readonly #request: PreparedRequest;
  readonly #send: SendBody;
  readonly #gone = new AbortController();
  #keeping: Promise<readonly string[]> | undefined;
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  #retrievals = 0;
  #settled = false;

  constructor(request: PreparedRequest, send: SendBody) {
    this.#request = request;
    this.#send = send;
  }

  /** The request is on its way. What has time until its answer comes is done when it has left: after the event loop's turn. */
  left(): void {
    setTimeout(() => {
      this.#request.interception.prepare();
      void this.#keep();
    }, 0);
  }

  /** The client's bytes, pulled from the provider as the client pulls them. */
  stream(first: Response): ReadableStream<Uint8Array> {
    const bytes = this.#bytes(first, false);
    return new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          const { done, value } = await bytes.next();
          if (done) controller.close();
          else controller.enqueue(value);
        },
        cancel: async (reason) => {
          this.#gone.abort(reason);
          await (this.#reader ?? first.body)?.cancel(reason);
          await bytes.return(undefined);
          // Where nothing was read yet there was nothing that could have noticed.
          await this.#abandon();
        },
      },
      { highWaterMark: 0 },
    );
  }

  /** All of the client's bytes, or the refusal of a continuation: nothing has reached the client until then. */
  async whole(first: Response): Promise<Uint8Array[] | RefusedContinuation> {
    const chunks: Uint8Array[] = [];
    try {
      for await (const bytes of this.#bytes(first, true)) chunks.push(bytes);
    } catch (error) {
      if (error instanceof RefusedContinuation) return error;
      throw error;
    }
    return chunks;
  }

  /** The turn is over: keeps what was hidden in it, and reports. */
  async settle(outcome?: InterceptOutcome): Promise<void> {
    if (this.#settled) return;
    this.#settled = true;
    const { runtime, scope, interception, report, options } = this.#request;
    interception.free();
    const done = outcome?.kind === 'done' ? outcome : undefined;
    const warnings = [...(done?.warnings ?? [])];
    // The client may resend this turn as soon as it has its last byte.
    for (const { key, value } of hiddenIn(done)) warnings.push(...(await runtime.turnRecords.keep(scope, key, encoder.encode(value))));
    // A remote store is not waited for: its warnings come with the report.
    void this.#keep().then((more) => {
      const settled = withRetrievals(report, done?.retrievedTokens ?? 0, [...warnings, ...more]);
      runtime.report(settled, options, { retrievals: this.#retrievals, usage: done?.usage });
    });
  }

  #keep(): Promise<readonly string[]> {
    return (this.#keeping ??= this.#request.runtime.keep(this.#request.scope, this.#request.originals));
  }

  async *#bytes(first: Response, held: boolean): AsyncGenerator<Uint8Array, undefined> {
    const { interception } = this.#request;
    let response = first;
    try {
      for (;;) {
        interception.begin(response);
        for await (const chunk of this.#read(response)) {
          const shown = interception.push(chunk);
          if (shown.byteLength > 0) yield shown;
        }
        if (this.#gone.signal.aborted) return;
        let end = interception.end();
        let body: Uint8Array | undefined;
        while (end.outcome.kind === 'retrieve' && body === undefined) {
          if (end.bytes.byteLength > 0) yield end.bytes;
          const answered = interception.answer(end.outcome.calls.map((call) => this.#answer(call)));
          if (!(answered instanceof Uint8Array)) end = answered;
          else if (end.outcome.last) end = interception.end();
          else body = answered;
        }
        if (body === undefined) {
          await this.settle(end.outcome);
          if (end.bytes.byteLength > 0) yield end.bytes;
          return;
        }
        const next = await this.#continuation(body, held);
        if (next instanceof Response) {
          response = next;
          continue;
        }
        const failed = interception.fail(next);
        await this.settle(failed.outcome);
        if (failed.bytes.byteLength > 0) yield failed.bytes;
        return;
      }
    } finally {
      await this.#abandon();
    }
  }

  /** The next response, or why there is none. */
  async #continuation(body: Uint8Array, held: boolean): Promise<Response | UpstreamFailure> {
    let response: Response;
    try {
      response = await this.#send(body, this.#gone.signal);
    } catch (error) {
      if (held || this.#gone.signal.aborted || isAbort(error)) throw error;
      return { message: 'the request that goes on after a retrieval failed' };
    }
    if (response.ok && response.body) return response;
    if (held) throw new RefusedContinuation(response);
    const text = await response.text().catch(() => '');
    return {
      status: response.status,
      message: 'the request that goes on after a retrieval was refused',
      ...(text !== '' && text.length <= maxFailureText && { body: text }),
    };
  }

  async *#read(response: Response): AsyncGenerator<Uint8Array, undefined> {
    const reader = response.body!.getReader();
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

  #answer(call: Call): string {
    const limited = call.limit;
    const { text } = limited ? limitReached : this.#retrieve(call);
    if (!limited) this.#retrievals += 1;
    return text;
  }

  #retrieve({ id, argumentsJson }: Call): RetrieveAnswer {
    const { runtime, originals, model } = this.#request;
    if (id === null) return missingHandle;
    const original = originals.find((known) => known.id === id);
    return original ? runtime.answer(original.text, argumentsJson, model) : unknownHandle;
  }

  /** The turn ends without its end: what is known of it is reported all the same. */
  async #abandon(): Promise<void> {
    if (this.#settled) return;
    let outcome: InterceptOutcome | undefined;
    try {
      ({ outcome } = this.#request.interception.fail({ message: 'the client has gone' }));
    } catch {
      // Then what was used so far is not known.
    }
    // What the client has not seen to its end it does not resend.
    if (outcome?.kind !== 'done') return this.settle();
    const { record: _, responseIds: __, ...rest } = outcome;
    return this.settle(rest);
  }
}

/** What has to be kept of a turn so that later requests can go on from it. */
function hiddenIn(done: Done | undefined): { readonly key: string; readonly value: string }[] {
  const { record, responseIds } = done ?? {};
  return [...(record ? [record] : []), ...(responseIds ? [{ key: responseKey(responseIds.seen), value: responseIds.last }] : [])];
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError');
}
