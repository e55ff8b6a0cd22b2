// Message objects and the body they are serialised to are one request: the adapters and the core's wire formats find
// the same texts in the same places.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { anthropicConversation, openAiConversation } from './helpers/conversations.ts';
import { engineForTests } from './helpers/engine.ts';

const decode = (bytes: Uint8Array): { messages: unknown; tools: unknown[] } => JSON.parse(new TextDecoder().decode(bytes));
const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

const cases = {
  openai: { messages: openAiConversation(), tools: [{ type: 'function', function: { name: 'list', parameters: {} } }] },
  anthropic: { messages: anthropicConversation(), tools: [{ name: 'list', input_schema: {} }] },
};

describe('compress(messages) and compressBody({ messages })', () => {
  for (const [format, { messages, tools }] of Object.entries(cases) as ['openai' | 'anthropic', (typeof cases)['openai']][]) {
    for (const options of [{}, { minTokensToCompress: 0, compressUserMessages: true, excludedTools: [] }, { lossless: true }]) {
      test(`${format} ${JSON.stringify(options)}`, async () => {
        const model = 'gpt-4o';
        const { messages: lifted, tools: added, ...report } = await engineForTests().compress(messages, { format, model, ...options });
        const result = await engineForTests().compressBody(encode({ model, messages, tools }), { format, ...options });
        assert.deepEqual(result.report, report);
        assert.deepEqual(decode(result.body).messages, lifted);
        assert.deepEqual(decode(result.body).tools, [...tools, ...added]);
      });
    }
  }

  test('a body that does not change is the very same bytes', async () => {
    const body = encode({ model: 'gpt-4o', messages: [{ role: 'user', content: 'Hi' }] });
    assert.equal((await engineForTests().compressBody(body, { format: 'openai' })).body, body);
  });

  test('what is no request is an error', async () => {
    const compress = (body: unknown, format = 'openai') => engineForTests().compressBody(body as Uint8Array, { format: format as 'openai' });
    await assert.rejects(compress(new TextEncoder().encode('{')), { name: 'HeadroomRequestError' });
    await assert.rejects(compress('{}'), { name: 'HeadroomRequestError' });
    await assert.rejects(compress(encode({}), 'mistral'), { name: 'HeadroomConfigError', key: 'format' });
  });
});
