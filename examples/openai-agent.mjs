// An agent on `openai` whose model asks for what was left out; its answers are streamed.
//
//   node examples/openai-agent.mjs
import OpenAI from 'openai';
import { createHeadroom } from 'headroom-js';
import { withHeadroom } from 'headroom-js/openai';
import { startFakeModel } from './fake-model.mjs';
import { listOrders, printStats, question, script, tool } from './shop.mjs';

const model = await startFakeModel(console.log, script);
const engine = createHeadroom();
const openai = withHeadroom(new OpenAI({ apiKey: 'none', baseURL: `${model.url}/v1` }), engine);

console.log(`openai: "${question}"`);
const messages = [{ role: 'user', content: question }];
const tools = [{ type: 'function', function: tool }];
for (;;) {
  const stream = openai.chat.completions.stream({ model: 'gpt-4o', messages, tools });
  stream.on('content', (delta) => console.log(`  the application reads  ${JSON.stringify(delta)}`));
  const { message } = (await stream.finalChatCompletion()).choices[0];
  messages.push(message);
  if (!message.tool_calls?.length) break;
  for (const { id, function: called } of message.tool_calls) {
    console.log(`  the application runs   ${called.name}`);
    messages.push({ role: 'tool', tool_call_id: id, content: await listOrders() });
  }
}
console.log(`  the application gets   ${messages.at(-1).content}`);
printStats(console.log, engine.stats());
model.close();
