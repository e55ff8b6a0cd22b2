// An agent on `@anthropic-ai/sdk` whose model asks for what was left out.
//
//   node examples/anthropic-agent.mjs
import Anthropic from '@anthropic-ai/sdk';
import { createHeadroom } from 'headroom-js';
import { withHeadroom } from 'headroom-js/anthropic';
import { startFakeModel } from './fake-model.mjs';
import { listOrders, printStats, question, script, tool } from './shop.mjs';

const model = await startFakeModel(console.log, script);
const engine = createHeadroom();
const anthropic = withHeadroom(new Anthropic({ apiKey: 'none', baseURL: model.url }), engine);

console.log(`anthropic: "${question}"`);
const messages = [{ role: 'user', content: question }];
const tools = [{ name: tool.name, description: tool.description, input_schema: tool.parameters }];
for (;;) {
  const { content } = await anthropic.messages.create({ model: 'claude-haiku-4-5', max_tokens: 1024, messages, tools });
  messages.push({ role: 'assistant', content });
  const results = [];
  for (const { type, id, name } of content) {
    if (type !== 'tool_use') continue;
    console.log(`  the application runs   ${name}`);
    results.push({ type: 'tool_result', tool_use_id: id, content: await listOrders() });
  }
  if (results.length === 0) break;
  messages.push({ role: 'user', content: results });
}
console.log(`  the application gets   ${messages.at(-1).content.map(({ text }) => text).join('')}`);
printStats(console.log, engine.stats());
model.close();
