// Conversations that can be written in every format, and where their texts stand.

/** A question, a call of a tool and what the tool put out. */
export interface Turn {
  readonly question: string;
  readonly tool: string;
  readonly input: unknown;
  readonly output: string;
  readonly isError?: boolean;
}

/** Turns under a name for messages of failing tests. */
export interface Conversation {
  readonly name: string;
  readonly turns: readonly Turn[];
}

export type Format = 'openai' | 'anthropic' | 'ai-sdk';
export const formats: readonly Format[] = ['openai', 'anthropic', 'ai-sdk'];

/** A message by shape: the formats share no type. */
export type Message = { readonly [key: string]: unknown };

/** The message in which turn `turn` ends: cut after it, the conversation is whole. */
export function endOfTurn(turn: number, format: Format): number {
  return (format === 'anthropic' ? 0 : 1) + 4 * (turn + 1);
}

/** The messages of a conversation, with what adapters are prone to lose: images, signatures, cache marks, unknown keys. */
export function messagesOf(conversation: Conversation, format: Format): Message[] {
  return conversation.turns.flatMap((turn, at) => writers[format](turn, at)).reduce<Message[]>((all, message) => [...all, message], prefix(format));
}

function prefix(format: Format): Message[] {
  return format === 'anthropic' ? [] : [{ role: 'system', content: 'You are careful and brief.' }];
}

const ephemeral = { type: 'ephemeral' };
const image = 'iVBORw0KGgo=';

const writers: Readonly<Record<Format, (turn: Turn, at: number) => Message[]>> = {
  openai: ({ question, tool, input, output }, at) => [
    { role: 'user', content: [{ type: 'text', text: question }, { type: 'image_url', image_url: { url: `data:image/png;base64,${image}` } }] },
    { role: 'assistant', content: null, refusal: null, tool_calls: [{ id: `call_${at}`, type: 'function', function: { name: tool, arguments: JSON.stringify(input) } }] },
    { role: 'tool', tool_call_id: `call_${at}`, content: at % 2 ? [{ type: 'text', text: output }] : output, unknown: { kept: 1.5 } },
    { role: 'assistant', content: 'I see.' },
  ],
  anthropic: ({ question, tool, input, output, isError }, at) => [
    { role: 'user', content: [{ type: 'text', text: question, cache_control: ephemeral }, { type: 'image', source: { type: 'base64', media_type: 'image/png', data: image } }] },
    { role: 'assistant', content: [{ type: 'thinking', thinking: 'The list first.', signature: 'c2ln' }, { type: 'tool_use', id: `toolu_${at}`, name: tool, input }] },
    {
      role: 'user',
      content: [
        {
          type: 'tool_result',
          tool_use_id: `toolu_${at}`,
          cache_control: ephemeral,
          ...(isError && { is_error: true }),
          content: at % 2 ? [{ type: 'text', text: output }] : output,
        },
      ],
    },
    { role: 'assistant', content: 'I see.' },
  ],
  'ai-sdk': ({ question, tool, input, output, isError }, at) => [
    { role: 'user', content: [{ type: 'text', text: question, providerOptions: { anthropic: { cacheControl: ephemeral } } }, { type: 'file', mediaType: 'image/png', data: image }] },
    {
      role: 'assistant',
      content: [
        { type: 'reasoning', text: 'The list first.', providerOptions: { anthropic: { signature: 'c2ln' } } },
        { type: 'tool-call', toolCallId: `call_${at}`, toolName: tool, input },
      ],
    },
    { role: 'tool', content: [{ type: 'tool-result', toolCallId: `call_${at}`, toolName: tool, output: aiSdkOutput(output, at, isError), providerOptions: { kept: { as: 'it is' } } }] },
    { role: 'assistant', content: [{ type: 'text', text: 'I see.' }] },
  ],
};

function aiSdkOutput(output: string, at: number, isError: boolean | undefined): object {
  if (isError) return { type: 'error-text', value: output };
  return at % 2 ? { type: 'content', value: [{ type: 'text', text: output }, { type: 'media', data: image, mediaType: 'image/png' }] } : { type: 'text', value: output };
}

/** A text in messages, where it stands, and how it stands there. */
export interface Text {
  readonly message: number;
  readonly part: number;
  readonly text: string;
}

/** The texts that are counted, in their order: those of the shapes above. */
export function textsOf(messages: readonly Message[]): Text[] {
  return messages.flatMap((message, at) => {
    const { content } = message;
    if (typeof content === 'string') return [{ message: at, part: 0, text: content }];
    if (!Array.isArray(content)) return [];
    return content.flatMap((part: Message, index) => inPart(part).map((text) => ({ message: at, part: index, text })));
  });
}

function inPart(part: Message): string[] {
  if (part['type'] === 'text') return [part['text'] as string];
  if (part['type'] === 'tool_result') return stringOrTexts(part['content']);
  if (part['type'] === 'tool-result') return stringOrTexts((part['output'] as Message)['value']);
  return [];
}

function stringOrTexts(content: unknown): string[] {
  return typeof content === 'string' ? [content] : (content as Message[]).flatMap(inPart);
}

/** `messages` with every text of `changed` places blanked: what is left may never change. */
export function blanked(messages: readonly Message[], changed: ReadonlySet<string>): unknown {
  return messages.map((message, at) => {
    const texts = textsOf([message]).filter(({ part }) => changed.has(placeOf({ message: at, part })));
    let json = JSON.stringify(message);
    for (const { text } of texts) json = json.replace(JSON.stringify(text), '"…"');
    return json;
  });
}

/** A place as a key. */
export function placeOf({ message, part }: { readonly message: number; readonly part: number }): string {
  return `${message}/${part}`;
}
