// The AI SDK's own providers, with their `fetch` option.
import { generateText, jsonSchema, streamText, tool, type LanguageModel, type ModelMessage } from 'ai';
import { headroomFetch } from 'headroom-js/fetch';
import { description, parameters, toolNames, type AskOptions, type Driver, type Session, type Turn } from './driver.ts';

type Fetch = typeof globalThis.fetch;

/** A provider of the AI SDK. */
export interface AiSdkProvider {
  readonly name: string;
  readonly usage: Driver['usage'];
  model(origin: string, fetch: Fetch): LanguageModel;
  /** Options of the provider for every request. */
  readonly options?: Record<string, Record<string, string | boolean | string[]>>;
}

export function aiSdkDriver({ name, usage, model, options }: AiSdkProvider): Driver {
  return {
    name,
    usage,
    stops: { end: 'stop', calls: 'tool-calls' },
    open({ origin, headroom }): Session {
      let fetch = headroomFetch(headroom);
      const messages: ModelMessage[] = [];
      // Without `execute` a call ends the turn, as it does in the other clients.
      const tools = Object.fromEntries(toolNames.map((each) => [each, tool({ description, inputSchema: jsonSchema(parameters) })]));
      const settings = (signal: AbortSignal | undefined) => ({
        model: model(origin, fetch),
        messages,
        tools,
        maxRetries: 0,
        ...(options && { providerOptions: options }),
        ...(signal && { abortSignal: signal }),
      });
      return {
        restart: (headroom) => void (fetch = headroomFetch(headroom)),
        user: (text) => void messages.push({ role: 'user', content: text }),
        results: (results) =>
          void messages.push({
            role: 'tool',
            content: results.map(({ call, text }) => ({ type: 'tool-result', toolCallId: call.id, toolName: call.name, output: { type: 'text', value: text } })),
          }),
        async ask({ stream, signal, onText }: AskOptions): Promise<Turn> {
          const result = stream ? await streamed(settings(signal), onText) : await generateText(settings(signal));
          messages.push(...result.response.messages);
          return {
            text: result.text,
            calls: result.toolCalls.map(({ toolCallId, toolName, input }) => ({ id: toolCallId, name: toolName, input })),
            stop: result.finishReason,
            usage: { input: result.usage.inputTokens ?? 0, output: result.usage.outputTokens ?? 0 },
            raw: result,
          };
        },
      };
    },
  };
}

async function streamed(settings: Parameters<typeof streamText>[0], onText: ((text: string) => void) | undefined) {
  const result = streamText({ ...settings, onError: () => {} });
  for await (const part of result.fullStream) {
    if (part.type === 'text-delta') onText?.(part.text);
    if (part.type === 'error') throw part.error instanceof Error ? part.error : new Error(JSON.stringify(part.error));
    if (part.type === 'abort') throw new DOMException('aborted', 'AbortError');
  }
  const [text, toolCalls, finishReason, usage, response] = await Promise.all([result.text, result.toolCalls, result.finishReason, result.usage, result.response]);
  return { text, toolCalls, finishReason, usage, response };
}
