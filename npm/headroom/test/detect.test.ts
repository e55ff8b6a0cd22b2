// Whose messages they are, and that the caller has the last word.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { detectFormat } from '../dist/lift/detect.js';
import { aiSdkConversation, anthropicConversation, bulky, openAiConversation } from './helpers/conversations.ts';
import { engineForTests } from './helpers/engine.ts';

test('every message with something to tell is enough', () => {
  const telling = { openai: openAiConversation().slice(2, 5), anthropic: anthropicConversation().slice(0, 3), 'ai-sdk': aiSdkConversation().slice(0, 4) };
  for (const [format, messages] of Object.entries(telling)) {
    for (const message of messages) assert.equal(detectFormat([{ role: 'user', content: 'Hi' }, message], undefined), format, JSON.stringify(message).slice(0, 80));
  }
});

test('where plain text tells nothing, the model does', () => {
  const messages = [{ role: 'user', content: 'Hi' }, { role: 'assistant', content: [{ type: 'text', text: 'Hello' }] }];
  assert.equal(detectFormat(messages, undefined), 'openai');
  assert.equal(detectFormat(messages, 'gpt-4o'), 'openai');
  for (const model of ['claude-sonnet-4-5', 'anthropic/claude-opus-4', 'us.anthropic.claude-x']) assert.equal(detectFormat(messages, model), 'anthropic');
});

test('the tool has the format of the messages, or the one that was asked for', async () => {
  const engine = engineForTests();
  const [openai] = (await engine.compress(openAiConversation())).tools as { function?: { name: string } }[];
  assert.equal(openai?.function?.name, 'headroom_retrieve');
  const [anthropic] = (await engine.compress(anthropicConversation())).tools as { input_schema?: object }[];
  assert.ok(anthropic?.input_schema);
  const [aiSdk] = (await engine.compress(aiSdkConversation())).tools as { inputSchema?: object }[];
  assert.ok(aiSdk?.inputSchema);
  const plain = [{ role: 'user', content: bulky }];
  assert.ok('input_schema' in (await engine.compress(plain, { format: 'anthropic' })).tools[0]!);
  assert.ok('inputSchema' in (await engine.compress(plain, { format: 'ai-sdk' })).tools[0]!);
});
