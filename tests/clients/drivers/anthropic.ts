// `@anthropic-ai/sdk`.
import { withHeadroom } from 'headroom-js/anthropic';
import { description, parameters, toolNames, type AskOptions, type Driver, type Session, type ToolCall, type Turn } from './driver.ts';

/** The part of the client's module that is used here: two majors with types of their own. */
export interface AnthropicModule {
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly default: new (options: any) => any;
}

interface Block {
  readonly type: string;
  readonly text?: string;
  readonly id?: string;
  readonly name?: string;
  readonly input?: unknown;
}

interface Message {
  readonly content: readonly Block[];
  readonly stop_reason: string;
  readonly usage: { readonly input_tokens: number; readonly output_tokens: number };
}

export function anthropicDriver(name: string, { default: Anthropic }: AnthropicModule): Driver {
  return {
    name,
    usage: { input: 10, output: 4 },
    stops: { end: 'end_turn', calls: 'tool_use' },
    open({ origin, headroom }): Session {
      const open = (headroom: object | undefined) => withHeadroom(new Anthropic({ apiKey: 'key-1', baseURL: origin, maxRetries: 0 }), headroom);
      let client = open(headroom);
      const messages: object[] = [];
      const tools = toolNames.map((tool) => ({ name: tool, description, input_schema: parameters }));
      const request = () => ({ model: 'claude-haiku-4-5', max_tokens: 2048, thinking: { type: 'enabled', budget_tokens: 1024 }, tools, messages });
      return {
        restart: (headroom) => void (client = open(headroom)),
        user: (text) => void messages.push({ role: 'user', content: text }),
        results: (results) =>
          void messages.push({ role: 'user', content: results.map(({ call, text }) => ({ type: 'tool_result', tool_use_id: call.id, content: text })) }),
        async ask({ stream, signal, onText }: AskOptions): Promise<Turn> {
          let message: Message;
          if (stream) {
            const streamed = client.messages.stream(request(), { signal });
            if (onText) streamed.on('text', onText);
            message = (await streamed.finalMessage()) as Message;
          } else message = (await client.messages.create(request(), { signal })) as Message;
          messages.push({ role: 'assistant', content: message.content });
          const calls = message.content.flatMap(({ type, id, name: tool, input }): ToolCall[] => (type === 'tool_use' ? [{ id: id!, name: tool!, input }] : []));
          return {
            text: message.content.map(({ text }) => text ?? '').join(''),
            calls,
            stop: message.stop_reason,
            usage: { input: message.usage.input_tokens, output: message.usage.output_tokens },
            raw: message,
          };
        },
      };
    },
  };
}
