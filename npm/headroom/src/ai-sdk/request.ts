/**
 * One request on its way to the model: compressed, with the tool and the hidden rounds of earlier turns.
 *
 * Owns what is known of a request until its response ends, its originals above all: no store decides whether a
 * handle that was given out in this request can be redeemed in it.
 *
 * @module
 */
import { untouched, type Compressed } from '../compression.js';
import { HeadroomRequestError } from '../errors.js';
import { headroomOptionsOf, liftAiSdk, type HeadroomProviderOptions } from '../lift/ai-sdk.js';
import { putBack, retrieveToolName, type Lifted } from '../lift/block.js';
import { withRetrievals, type Report } from '../report.js';
import type { Runtime } from '../runtime.js';
import type { HiddenRounds } from './hidden-rounds.js';
import type { CallParams, LanguageModel, Message, Part, Shape } from './types.js';

/** What is known of a request until its response ends. */
export interface RequestState {
  readonly runtime: Runtime;
  readonly hidden: HiddenRounds;
  readonly modelId: string;
  /** The texts behind the handles that this very request gave out: no other handle is served. */
  readonly originals: ReadonlyMap<string, string>;
  /** Whether Headroom added the tool: otherwise calls of it are the client's. */
  readonly intercepts: boolean;
  /** The name of the conversation as the client sent it. */
  readonly key: string;
  /** What is reported if the model asks for nothing; absent where the request was left alone. */
  readonly report: Report | undefined;
  /** What the store has to say, once it is done. */
  readonly kept: Promise<readonly string[]>;
}

/** Compresses a request; the same `params` come back where nothing changed. */
export async function prepareRequest<Params extends CallParams>(
  runtime: Runtime,
  hidden: HiddenRounds,
  params: Params,
  model: LanguageModel,
): Promise<{ params: Params; state: RequestState }> {
  const options = headroomOptionsOf(params as unknown as Shape);
  const off = options?.mode === 'off';
  const original = params.prompt as readonly Message[];
  const lifted = off ? undefined : lifting(original, options);
  const tools = (params.tools ?? []) as readonly Shape[];
  const functionTools = tools.some((tool) => tool['type'] === 'function');
  const compressed = lifted && (await compress(runtime, lifted, { model, options, functionTools, historyEdited: editsHistory(params) }));
  const scope = runtime.scopeOf();

  const shortened = lifted && compressed ? putBack(original, lifted, compressed.changed, compressed.texts) : original;
  const { prompt, key, answers, warnings } = await hidden.putBack(scope, original, shortened);
  const declared = tools.some((tool) => tool['name'] === retrieveToolName);
  const intercepts = !declared && (compressed?.tool ?? false);
  const report = compressed && withRetrievals(compressed.report, tokensOf(runtime, answers, model.modelId), warnings);

  const state: RequestState = {
    runtime,
    hidden,
    modelId: model.modelId,
    originals: new Map(compressed?.originals.map(({ id, text }) => [id, text])),
    intercepts,
    key,
    report,
    kept: runtime.keepLater(scope, compressed?.originals ?? []),
  };
  if (prompt === original && !intercepts) return { params, state };
  const added = intercepts && { tools: [...tools, runtime.retrievalTool('ai-sdk')] };
  return { params: { ...params, prompt, ...added }, state };
}

/** Tokens of the answers among `parts`. */
export function tokensOf(runtime: Runtime, parts: readonly Part[], modelId: string): number {
  return parts.reduce((sum, part) => {
    const output = part['output'] as { readonly value?: unknown } | undefined;
    return typeof output?.value === 'string' ? sum + runtime.countTokens(output.value, modelId) : sum;
  }, 0);
}

/** The texts of a prompt; a query of the call holds for every block that has none of its own. */
function lifting(prompt: readonly Message[], options: HeadroomProviderOptions | undefined): Lifted {
  const lifted = liftAiSdk(prompt);
  const query = options?.query;
  return query === undefined ? lifted : { ...lifted, blocks: lifted.blocks.map((block) => ({ query, ...block })) };
}

interface Circumstances {
  readonly model: LanguageModel;
  readonly options: HeadroomProviderOptions | undefined;
  readonly functionTools: boolean;
  readonly historyEdited: boolean;
}

/** Options of providers that let the server drop or replace parts of the conversation, or keep it for itself. */
const historyOptions = ['contextManagement', 'truncation', 'previousResponseId', 'conversation'];

function editsHistory({ providerOptions }: CallParams): boolean {
  return Object.values((providerOptions ?? {}) as Record<string, Shape | undefined>).some((provider) =>
    historyOptions.some((name) => provider?.[name] !== undefined && provider[name] !== null),
  );
}

/** Compresses the blocks. A prompt of an unknown shape goes on as it is: the provider may well understand it. */
async function compress(runtime: Runtime, lifted: Lifted, { model, options, ...circumstances }: Circumstances): Promise<Compressed> {
  try {
    return await runtime.compression.blocks(lifted, {
      entry: 'middleware',
      format: 'ai-sdk',
      model: model.modelId,
      ...circumstances,
      ...(options?.lossless !== undefined && { options: { lossless: options.lossless } }),
    });
  } catch (error) {
    if (!HeadroomRequestError.isInstance(error)) throw error;
    return untouched(error.message);
  }
}
