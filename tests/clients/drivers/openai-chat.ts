// Chat Completions through `openai`.
import { withHeadroom } from 'headroom-js/openai';
import { description, parameters, toolNames, type AskOptions, type Driver, type Session, type Turn } from './driver.ts';

/** The part of the client's module that is used here: two majors with types of their own. */
export interface OpenAiModule {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly default: new (options: any) => any;
}

interface Completion {
  readonly choices: readonly { readonly finish_reason: string; readonly message: Message }[];
  readonly usage: { readonly prompt_tokens: number; readonly completion_tokens: number };
}

interface Message {
  readonly content: string | null;
  readonly tool_calls?: readonly { readonly id: string; readonly function: { readonly name: string; readonly arguments: string } }[];
}

export function openaiChatDriver(name: string, { default: OpenAI }: OpenAiModule): Driver {
  return {
    name,
    usage: { input: 20, output: 4 },
    stops: { end: 'stop', calls: 'tool_calls' },
    open({ origin, headroom }): Session {
      const open = (headroom: object | undefined) => withHeadroom(new OpenAI({ apiKey: 'key-1', baseURL: `${origin}/v1`, maxRetries: 0 }), headroom);
      let client = open(headroom);
      const messages: object[] = [];
      const tools = toolNames.map((tool) => ({ type: 'function', function: { name: tool, description, parameters } }));
      const request = () => ({ model: 'gpt-4o', tools, messages });
      return {
        restart: (headroom) => void (client = open(headroom)),
        user: (text) => void messages.push({ role: 'user', content: text }),
        results: (results) => void messages.push(...results.map(({ call, text }) => ({ role: 'tool', tool_call_id: call.id, content: text }))),
        async ask({ stream, signal, onText }: AskOptions): Promise<Turn> {
          let completion: Completion;
          if (stream) {
            const streamed = client.chat.completions.stream({ ...request(), stream_options: { include_usage: true } }, { signal });
            if (onText) streamed.on('content', onText);
            completion = (await streamed.finalChatCompletion()) as Completion;
          } else completion = (await client.chat.completions.create(request(), { signal })) as Completion;
          const { message, finish_reason } = completion.choices[0]!;
          messages.push(message);
          return {
            text: message.content ?? '',
            calls: (message.tool_calls ?? []).map(({ id, function: called }) => ({ id, name: called.name, input: JSON.parse(called.arguments) as unknown })),
            stop: finish_reason,
            usage: { input: completion.usage.prompt_tokens, output: completion.usage.completion_tokens },
            raw: completion,
          };
        },
      };
    },
  };
}
