// Requests that are no plain turn of a conversation, through the real clients.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import Anthropic from '@anthropic-ai/sdk';
import { createHeadroom, type Report } from 'headroom-js';
import { withHeadroom as withAnthropic } from 'headroom-js/anthropic';
import { withHeadroom as withOpenAI } from 'headroom-js/openai';
import OpenAI from 'openai';
import { handleIn, look, round, say, think } from './server/pieces.ts';
import { Provider } from './server/server.ts';

const rows = JSON.stringify(Array.from({ length: 300 }, (_, at) => ({ id: at + 1, name: `item-${at + 1}`, price: (at * 7919) % 1009 })));
const config = { minTokensToCompress: 50, maxBlockTokens: 500 };
const parameters = { type: 'object' as const, properties: {} };

let provider: Provider;
before(async () => (provider = await Provider.start()));
after(() => provider.stop());

const anthropicAt = (origin: string) => new Anthropic({ apiKey: 'key-1', baseURL: origin, maxRetries: 0 });
const openaiAt = (origin: string) => new OpenAI({ apiKey: 'key-1', baseURL: `${origin}/v1`, maxRetries: 0 });

const asked = [
  { role: 'user' as const, content: 'Which item?' },
  { role: 'assistant' as const, content: [{ type: 'tool_use' as const, id: 'toolu_1', name: 'list', input: {} }] },
  { role: 'user' as const, content: [{ type: 'tool_result' as const, tool_use_id: 'toolu_1', content: rows }] },
];
const tools = [{ name: 'list', input_schema: parameters }];

test('tokens are counted of what would be sent', async () => {
  const conversation = provider.conversation(() => round(say('Found it.')));
  const client = withAnthropic(anthropicAt(conversation.origin), config);
  const request = { model: 'claude-haiku-4-5', messages: asked, tools };
  const { input_tokens } = await client.messages.countTokens(request);
  await client.messages.create({ ...request, max_tokens: 100 });
  const [counted, sent] = conversation.requests;
  assert.equal(input_tokens, JSON.stringify(counted!.body).length);
  assert.deepEqual(counted!.body['messages'], sent!.body['messages']);
  assert.deepEqual(counted!.body['tools'], sent!.body['tools']);
  assert.ok(input_tokens < rows.length);
});

test('cache marks that wander from request to request do not hide what was hidden', async () => {
  const conversation = provider.conversation(
    (seen) => round(think('Row 7.'), say('Let me look. '), look({ id: handleIn(seen), rows: '7' })),
    () => round(think('So.'), say('It is item-7.')),
    () => round(say('Bye.')),
  );
  const client = withAnthropic(anthropicAt(conversation.origin), config);
  const mark = { cache_control: { type: 'ephemeral' as const } };
  const settings = { model: 'claude-haiku-4-5', max_tokens: 2048, tools };
  const result = { type: 'tool_result' as const, tool_use_id: 'toolu_1', content: rows };
  const first = await client.messages.create({ ...settings, messages: [...asked.slice(0, 2), { role: 'user', content: [{ ...result, ...mark }] }] });
  const content = first.content.map((block, at) => (at === first.content.length - 1 ? { ...block, ...mark } : block)) as Anthropic.ContentBlockParam[];
  await client.messages.create({ ...settings, messages: [...asked, { role: 'assistant', content }, { role: 'user', content: [{ type: 'text', text: 'Thanks.', ...mark }] }] });
  assert.deepEqual(conversation.problems, []);
  const messages = conversation.requests.at(-1)!.body['messages'] as { content: string | { text?: string; cache_control?: object }[] }[];
  const marked = messages.flatMap(({ content }) => (typeof content === 'string' ? [] : content)).filter((part) => part.cache_control);
  assert.deepEqual(marked.map(({ text }) => text), ['It is item-7.', 'Thanks.']);
});

test('the state of a Responses conversation goes on from its last response', async () => {
  const reports: Report[] = [];
  const conversation = provider.conversation(
    (seen) => round(look({ id: handleIn(seen), rows: '7' })),
    () => round(say('It is item-7.')),
    () => round(say('Bye.')),
  );
  const client = withOpenAI(openaiAt(conversation.origin), { ...config, onReport: (report) => reports.push(report) });
  const responseTools = [{ type: 'function' as const, name: 'list', parameters, strict: false }];
  const call = { type: 'function_call' as const, call_id: 'call_1', name: 'list', arguments: '{}' };
  const first = await client.responses.create({
    model: 'gpt-5',
    tools: responseTools,
    input: [{ role: 'user', content: 'Which item?' }, call, { type: 'function_call_output', call_id: 'call_1', output: rows }],
  });
  assert.equal(first.output_text, 'It is item-7.');
  assert.equal(first.id, 'resp_0001');
  conversation.forget();
  const second = await client.responses.create({ model: 'gpt-5', tools: responseTools, previous_response_id: first.id, input: 'Thanks.' });
  assert.equal(second.output_text, 'Bye.');
  assert.deepEqual(conversation.requests.map(({ body }) => body['previous_response_id']), [undefined, undefined, 'resp_0002']);
  assert.deepEqual(conversation.problems, []);
});

test('a body that was compressed on its way is compressed by what it says', async () => {
  const engine = createHeadroom(config);
  const conversation = provider.conversation(() => round(say('Found it.')));
  const body = gzipSync(JSON.stringify({ model: 'claude-haiku-4-5', max_tokens: 100, messages: asked, tools }));
  const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip', 'x-api-key': 'key-1' };
  const response = await engine.fetch()(`${conversation.origin}/v1/messages`, { method: 'POST', headers, body });
  assert.equal(((await response.json()) as { content: { text: string }[] }).content[0]!.text, 'Found it.');
  assert.ok(Number(response.headers.get('x-headroom-tokens-saved')) > 1000);
  assert.equal(response.headers.get('request-id'), 'req_0001');
  assert.ok(JSON.stringify(conversation.requests[0]!.body).length < rows.length);
});

test('headers, status and request id of an answer in two rounds are those of the first', async () => {
  const conversation = provider.conversation((seen) => round(look({ id: handleIn(seen), rows: '7' })), () => round(say('It is item-7.')));
  const client = withAnthropic(anthropicAt(conversation.origin), config);
  const { data, response, request_id } = await client.messages.create({ model: 'claude-haiku-4-5', max_tokens: 100, messages: asked, tools }).withResponse();
  assert.equal(request_id, 'req_0001');
  assert.equal(data.id, 'msg_0001');
  assert.equal(response.status, 200);
  assert.match(response.url, /\/v1\/messages$/);
});

test('a client’s own middleware sees its own request and one answer', async () => {
  const conversation = provider.conversation((seen) => round(look({ id: handleIn(seen), rows: '7' })), () => round(say('It is item-7.')));
  const seen: unknown[] = [];
  const client = withAnthropic(
    anthropicAt(conversation.origin).withOptions({
      middleware: [
        async (request, next, context) => {
          const response = await next(request);
          seen.push(String(request.body).length, await context.parse(response));
          return response;
        },
      ],
    }),
    config,
  );
  await client.messages.create({ model: 'claude-haiku-4-5', max_tokens: 100, messages: asked, tools });
  assert.equal(seen.length, 2);
  assert.ok((seen[0] as number) > rows.length);
  assert.match(JSON.stringify(seen[1]), /item-7/);
});

test('one client for two tenants, by an option of the request', async () => {
  const reports: Report[] = [];
  const engine = createHeadroom({ ...config, onReport: (report) => reports.push(report) });
  const conversation = provider.conversation(() => round(say('One.')), () => round(say('Two.')));
  const client = withAnthropic(anthropicAt(conversation.origin), engine);
  const request = { model: 'claude-haiku-4-5', max_tokens: 100, messages: asked, tools };
  for (const scope of ['one', 'two']) {
    conversation.forget();
    await client.messages.create(request, { fetchOptions: { headroom: { scope } } as object });
  }
  const id = handleIn(conversation.requests[0]!);
  assert.equal((await engine.retrieve(id, { scope: 'one' })).found, true);
  assert.equal((await engine.retrieve(id, { scope: 'two' })).found, true);
  assert.equal((await engine.retrieve(id, { scope: 'three' })).found, false);
  assert.equal((await engine.retrieve(id)).found, false);
});
