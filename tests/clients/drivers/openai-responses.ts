// The Responses API through `openai`, stateless: every item is resent.
import { withHeadroom } from 'headroom-js/openai';
import { description, parameters, toolNames, type AskOptions, type Driver, type Session, type Turn } from './driver.ts';
import type { OpenAiModule } from './openai-chat.ts';

interface Item {
  readonly type: string;
  readonly call_id?: string;
  readonly name?: string;
  readonly arguments?: string;
}

interface Response {
  readonly output: readonly Item[];
  readonly output_text: string;
  readonly status: string;
  readonly usage: { readonly input_tokens: number; readonly output_tokens: number };
}

export function openaiResponsesDriver(name: string, { default: OpenAI }: OpenAiModule): Driver {
  return {
    name,
    usage: { input: 20, output: 4 },
    stops: { end: 'completed', calls: 'completed' },
    open({ origin, headroom }): Session {
      const open = (headroom: object | undefined) => withHeadroom(new OpenAI({ apiKey: 'key-1', baseURL: `${origin}/v1`, maxRetries: 0 }), headroom);
      let client = open(headroom);
      const input: object[] = [];
      const tools = toolNames.map((tool) => ({ type: 'function', name: tool, description, parameters, strict: false }));
      const request = () => ({ model: 'gpt-5', tools, input, store: false, include: ['reasoning.encrypted_content'] });
      return {
        restart: (headroom) => void (client = open(headroom)),
        user: (text) => void input.push({ role: 'user', content: text }),
        results: (results) => void input.push(...results.map(({ call, text }) => ({ type: 'function_call_output', call_id: call.id, output: text }))),
        async ask({ stream, signal, onText }: AskOptions): Promise<Turn> {
          let response: Response;
          if (stream) {
            const streamed = client.responses.stream(request(), { signal });
            if (onText) streamed.on('response.output_text.delta', ({ delta }: { delta: string }) => onText(delta));
            response = (await streamed.finalResponse()) as Response;
          } else response = (await client.responses.create(request(), { signal })) as Response;
          input.push(...response.output);
          return {
            text: response.output_text,
            calls: response.output.flatMap((item) => (item.type === 'function_call' ? [{ id: item.call_id!, name: item.name!, input: JSON.parse(item.arguments!) as unknown }] : [])),
            stop: response.status,
            usage: { input: response.usage.input_tokens, output: response.usage.output_tokens },
            raw: response,
          };
        },
      };
    },
  };
}
