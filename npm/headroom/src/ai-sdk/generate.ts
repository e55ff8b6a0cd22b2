/**
 * The retrieval loop around `doGenerate`: the client gets one result.
 *
 * @module
 */
import { marked, noteProduced, type ProducedKeys } from './hidden-mark.js';
import type { RequestState } from './request.js';
import { Turn } from './turn.js';
import { finishReason, type CallParams, type GenerateResult, type LanguageModel, type Part } from './types.js';

/** Part types that an application resends with their metadata. */
const resent = new Set(['text', 'reasoning', 'tool-call']);

/** Calls the model until its turn is over. */
export async function generateTurn(
  state: RequestState,
  params: CallParams,
  model: LanguageModel,
  first: () => PromiseLike<unknown>,
): Promise<GenerateResult> {
  const turn = new Turn(state, params);
  const rounds: GenerateResult[] = [];
  try {
    let result = (await first()) as GenerateResult;
    for (;;) {
      rounds.push(result);
      const next = turn.take(result.content, result.usage);
      if (next.kind === 'end') return await merged(turn, params, rounds, next.dropped);
      result = (await model.doGenerate(next.params)) as GenerateResult;
    }
  } catch (error) {
    turn.report();
    throw error;
  }
}

async function merged(turn: Turn, params: CallParams, rounds: readonly GenerateResult[], dropped: boolean): Promise<GenerateResult> {
  const last = rounds.at(-1)!;
  // What a model says on its way to a JSON document is no part of the document.
  const document = params.responseFormat?.type === 'json';
  const shown = (part: Part, round: GenerateResult) => !turn.conceals(part) && !(document && part.type === 'text' && round !== last);
  const parts = rounds.flatMap((round) => round.content.filter((part) => shown(part, round)));
  const content = turn.hides ? markedContent(parts) : parts;
  const report = await turn.end(content);
  const warnings = rounds.flatMap(({ warnings }) => warnings ?? []);
  return {
    ...last,
    content: rounds.length === 1 && parts.length === last.content.length ? last.content : content,
    usage: turn.usage,
    ...(last.warnings && { warnings }),
    ...(dropped && { finishReason: finishReason('stop', last.finishReason) }),
    ...(report && { providerMetadata: { ...last.providerMetadata, headroom: report } }),
  };
}

function markedContent(parts: readonly Part[]): Part[] {
  const keys: ProducedKeys = new Set();
  for (const part of parts) noteProduced(keys, part);
  // An empty text would be kept for the mark's sake alone.
  return parts.map((part) => (resent.has(part.type) && part['text'] !== '' ? marked(part, keys) : part));
}
