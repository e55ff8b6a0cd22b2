// `@google/genai`.
import { withHeadroom } from 'headroom-js/gemini';
import { description, toolNames, type AskOptions, type Driver, type Session, type Turn } from './driver.ts';

/** The part of the client's module that is used here: two majors with types of their own. */
export interface GeminiModule {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly GoogleGenAI: new (options: any) => any;
}

interface Part {
  readonly text?: string;
  readonly thought?: boolean;
  readonly functionCall?: { readonly id?: string; readonly name: string; readonly args: unknown };
}

interface Response {
  readonly candidates: readonly { readonly content?: { readonly parts?: readonly Part[] }; readonly finishReason?: string }[];
  readonly usageMetadata?: { readonly promptTokenCount: number; readonly candidatesTokenCount: number };
}

const parameters = { type: 'OBJECT', properties: { about: { type: 'STRING' } } };

export function geminiDriver(name: string, { GoogleGenAI }: GeminiModule): Driver {
  return {
    name,
    usage: { input: 20, output: 4 },
    stops: { end: 'STOP', calls: 'STOP' },
    open({ origin, headroom }): Session {
      const open = (headroom: object | undefined) => withHeadroom(new GoogleGenAI({ apiKey: 'key-1', httpOptions: { baseUrl: origin } }), headroom);
      let client = open(headroom);
      const contents: object[] = [];
      const request = (signal: AbortSignal | undefined) => ({
        model: 'gemini-3-pro-preview',
        contents,
        config: { tools: [{ functionDeclarations: toolNames.map((tool) => ({ name: tool, description, parameters })) }], abortSignal: signal },
      });
      return {
        restart: (headroom) => void (client = open(headroom)),
        user: (text) => void contents.push({ role: 'user', parts: [{ text }] }),
        results: (results) =>
          void contents.push({ role: 'user', parts: results.map(({ call, text }) => ({ functionResponse: { name: call.name, response: { output: text } } })) }),
        async ask({ stream, signal, onText }: AskOptions): Promise<Turn> {
          const chunks: Response[] = [];
          if (stream) {
            for await (const chunk of await client.models.generateContentStream(request(signal))) {
              chunks.push(chunk as Response);
              const text = textOf([chunk as Response]);
              if (text !== '') onText?.(text);
            }
          } else chunks.push((await client.models.generateContent(request(signal))) as Response);
          const parts = chunks.flatMap(({ candidates }) => candidates[0]?.content?.parts ?? []);
          const usage = chunks.at(-1)?.usageMetadata;
          contents.push({ role: 'model', parts: parts.filter(({ text }) => text !== '') });
          return {
            text: textOf(chunks),
            calls: parts.flatMap(({ functionCall }) => (functionCall ? [{ id: functionCall.id ?? functionCall.name, name: functionCall.name, input: functionCall.args }] : [])),
            stop: chunks.map(({ candidates }) => candidates[0]?.finishReason).filter(Boolean).at(-1) ?? '',
            usage: { input: usage?.promptTokenCount ?? 0, output: usage?.candidatesTokenCount ?? 0 },
            raw: chunks,
          };
        },
      };
    },
  };
}

function textOf(chunks: readonly Response[]): string {
  return chunks.flatMap(({ candidates }) => candidates[0]?.content?.parts ?? []).map(({ text, thought }) => (thought ? '' : (text ?? ''))).join('');
}
