import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import { aiSdkDriver } from './drivers/ai-sdk.ts';
import { describeClients } from './scenarios.ts';

const apiKey = 'key-1';
const openaiAt = (origin: string, fetch: typeof globalThis.fetch) => createOpenAI({ apiKey, fetch, baseURL: `${origin}/v1` });

describeClients([
  aiSdkDriver({
    name: '@ai-sdk/openai, chat completions',
    usage: { input: 20, output: 4 },
    model: (origin, fetch) => openaiAt(origin, fetch).chat('gpt-4o'),
  }),
  aiSdkDriver({
    name: '@ai-sdk/openai, responses',
    usage: { input: 20, output: 4 },
    model: (origin, fetch) => openaiAt(origin, fetch).responses('gpt-5'),
    options: { openai: { store: false, include: ['reasoning.encrypted_content'] } },
  }),
  aiSdkDriver({
    name: '@ai-sdk/anthropic',
    usage: { input: 20, output: 4 },
    model: (origin, fetch) => createAnthropic({ apiKey, fetch, baseURL: `${origin}/v1` })('claude-haiku-4-5'),
    options: { anthropic: { sendReasoning: true } },
  }),
  aiSdkDriver({
    name: '@ai-sdk/google',
    usage: { input: 20, output: 6 },
    model: (origin, fetch) => createGoogleGenerativeAI({ apiKey, fetch, baseURL: `${origin}/v1beta` })('gemini-3-pro-preview'),
  }),
]);
