// What the scenarios need of a major version of `ai`. The three versions share no types, so this is by structure.

/** One part of a prompt, a result or a stream. */
export interface Part {
  type: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  [key: string]: any;
}

/** One message of a prompt. */
export interface Message {
  role: string;
  content: string | Part[];
  providerOptions?: object;
}

/** What a model is called with. */
export interface Call {
  prompt: Message[];
  tools?: Part[];
  toolChoice?: object;
  abortSignal?: AbortSignal;
}

/** A major version of `ai` with its own mock model. */
export interface Sdk {
  readonly major: 5 | 6 | 7;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly ai: any;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly MockLanguageModel: any;
}

/** What `generateText` and `streamText` have to say, read to the end. */
export interface Outcome {
  text: string;
  steps: { content: Part[]; usage: unknown; finishReason: string; providerMetadata?: Record<string, Record<string, unknown>> }[];
  messages: Message[];
  /** The parts of the stream, where there was one. */
  parts: Part[];
}

/** Runs a request to its end by one of the two ways. */
export async function ask(sdk: Sdk, way: 'generate' | 'stream', options: object): Promise<Outcome> {
  const settings = { maxRetries: 0, ...options };
  if (way === 'generate') {
    const result = await sdk.ai.generateText(settings);
    return { text: result.text, steps: result.steps, messages: result.responseMessages ?? result.response.messages, parts: [] };
  }
  const result = sdk.ai.streamText({ ...settings, onError: () => {} });
  const parts: Part[] = [];
  for await (const part of result.fullStream) parts.push(part);
  const failed = parts.find(({ type }) => type === 'error');
  if (failed) throw failed['error'];
  return { text: await result.text, steps: await result.steps, messages: (await result.responseMessages) ?? (await result.response).messages, parts };
}
