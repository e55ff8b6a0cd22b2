// An agent on `@google/genai` whose model asks for what was left out.
//
//   node examples/gemini-agent.mjs
import { GoogleGenAI } from '@google/genai';
import { createHeadroom } from 'headroom-js';
import { withHeadroom } from 'headroom-js/gemini';
import { startFakeModel } from './fake-model.mjs';
import { listOrders, printStats, question, script, tool } from './shop.mjs';

const model = await startFakeModel(console.log, script);
const engine = createHeadroom();
const gemini = withHeadroom(new GoogleGenAI({ apiKey: 'none', httpOptions: { baseUrl: model.url } }), engine);

console.log(`gemini: "${question}"`);
const contents = [{ role: 'user', parts: [{ text: question }] }];
const tools = [{ functionDeclarations: [{ name: tool.name, description: tool.description, parametersJsonSchema: tool.parameters }] }];
let text;
for (;;) {
  const response = await gemini.models.generateContent({ model: 'gemini-3-pro-preview', contents, config: { tools } });
  contents.push(response.candidates[0].content);
  const calls = response.functionCalls ?? [];
  if (calls.length === 0) {
    text = response.text;
    break;
  }
  const parts = [];
  for (const { id, name } of calls) {
    console.log(`  the application runs   ${name}`);
    parts.push({ functionResponse: { id, name, response: { output: await listOrders() } } });
  }
  contents.push({ role: 'user', parts });
}
console.log(`  the application gets   ${text}`);
printStats(console.log, engine.stats());
model.close();
