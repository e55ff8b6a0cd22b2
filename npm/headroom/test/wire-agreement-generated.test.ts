// The adapters and the core's wire formats over generated messages: whatever the parts are and however they are nested,
// both find the same texts in the same places, and neither fails.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { HeadroomRequestError } from 'headroom-js';
import { engineForTests, lines, rows } from './helpers/engine.ts';

const numRuns = process.env['HEADROOM_SLOW'] ? 20_000 : 500;
const text = fc.oneof(fc.string(), fc.constantFrom(lines(20), rows(12), '', 'a "quoted" \\ line\n'));
const id = fc.constantFrom('a', 'b', 'c');
const name = fc.constantFrom('list', 'Read', 'headroom_retrieve', 'mcp__x__headroom_retrieve');
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });

/** An object of these fields, any of which may be missing. */
const shape = (fields: Record<string, fc.Arbitrary<unknown>>) => fc.record(fields, { requiredKeys: [] });

const openAiPart = shape({ type: fc.constantFrom('text', 'image_url', 'refusal', 'other'), text, refusal: text });
const openAiMessage = shape({
  role: fc.constantFrom('system', 'developer', 'user', 'assistant', 'tool', 'function', 'narrator'),
  name,
  tool_call_id: id,
  content: fc.oneof(text, fc.constant(null), fc.array(openAiPart, { maxLength: 3 })),
  tool_calls: fc.array(shape({ id, type: fc.constant('function'), function: shape({ name, arguments: text }) }), { maxLength: 2 }),
  function_call: shape({ name, arguments: text }),
});

const { part: anthropicPart } = fc.letrec<{ part: unknown; content: unknown; source: unknown }>((tie) => ({
  content: fc.oneof({ maxDepth: 4 }, text, fc.array(tie('part'), { maxLength: 3 }), tie('part')),
  source: shape({ type: fc.constantFrom('text', 'content', 'base64', 'url'), data: text, content: tie('content') }),
  part: fc.oneof(
    { maxDepth: 4 },
    shape({ type: fc.constant('text'), text, citations: fc.constantFrom(null, [], [{ type: 'char_location' }]) }),
    shape({
      type: fc.constantFrom('tool_use', 'tool_result', 'document', 'search_result', 'thinking', 'image', 'mcp_tool_result', 'code_execution_tool_result', 'server_tool_use', 'other'),
      id,
      name,
      tool_use_id: id,
      input: fc.constantFrom({}, { query: 'x' }, 'x', null),
      is_error: fc.constantFrom(true, false, null),
      caller: fc.constantFrom(null, { type: 'direct' }, { type: 'code_execution_20250825', tool_id: 'a' }),
      title: text,
      context: text,
      text,
      stdout: text,
      stderr: text,
      thinking: text,
      citations: fc.constantFrom(null, { enabled: true }, { enabled: false }),
      content: maybe(tie('content')),
      source: maybe(tie('source')),
    }),
  ),
}));
const anthropicMessage = shape({
  role: fc.constantFrom('user', 'assistant', 'system', 'narrator'),
  content: fc.oneof(text, fc.array(anthropicPart, { maxLength: 4 })),
});

const options = { model: 'gpt-4o', minTokensToCompress: 0, compressUserMessages: true } as const;

for (const [format, message] of [['openai', openAiMessage], ['anthropic', anthropicMessage]] as const) {
  test(`${format}: compress(messages) is compressBody({ messages })`, async () => {
    const [objects, bodies] = [engineForTests(), engineForTests()];
    await fc.assert(
      fc.asyncProperty(fc.array(message, { maxLength: 6 }), async (generated) => {
        // As they are read from a body: what is undefined is not there.
        const messages = JSON.parse(JSON.stringify(generated)) as object[];
        const { messages: lifted, tools: _, toolTokens: __, tokensSaved: ___, ...report } = await objects.compress(messages, { ...options, format });
        const body = new TextEncoder().encode(JSON.stringify({ messages }));
        let result;
        try {
          result = await bodies.compressBody(body, { ...options, format });
        } catch (error) {
          // A body is checked by its format; message objects are taken as they are.
          assert.ok(HeadroomRequestError.isInstance(error));
          return;
        }
        const { toolTokens: _____, tokensSaved: ______, ...ofBody } = result.report;
        assert.deepEqual(ofBody, report);
        assert.deepEqual((JSON.parse(new TextDecoder().decode(result.body)) as { messages: object[] }).messages, lifted);
      }),
      { numRuns },
    );
  });
}
