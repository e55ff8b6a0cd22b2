// An agent on nothing but `fetch`, whose model asks for what was left out.
//
//   node examples/fetch-agent.mjs
import { createHeadroom } from 'headroom-js';
import { startFakeModel } from './fake-model.mjs';
import { listOrders, printStats, question, script, tool } from './shop.mjs';

const model = await startFakeModel(console.log, script);
const engine = createHeadroom();
const fetch = engine.fetch();

console.log(`fetch: "${question}"`);
const messages = [{ role: 'user', content: question }];
const tools = [{ type: 'function', function: tool }];
for (;;) {
  const response = await fetch(`${model.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer none' },
    body: JSON.stringify({ model: 'gpt-4o', messages, tools }),
  });
  console.log(`  the response says      ${response.headers.get('x-headroom-tokens-saved')} of ${response.headers.get('x-headroom-tokens-before')} tokens saved`);
  const { message } = (await response.json()).choices[0];
  messages.push(message);
  if (!message.tool_calls) break;
  for (const { id, function: called } of message.tool_calls) {
    console.log(`  the application runs   ${called.name}`);
    messages.push({ role: 'tool', tool_call_id: id, content: await listOrders() });
  }
}
console.log(`  the application gets   ${messages.at(-1).content}`);
printStats(console.log, engine.stats());
model.close();
