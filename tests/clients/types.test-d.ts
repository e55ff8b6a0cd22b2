// Every way in which an application may hand its client over, checked by the compiler alone.
import Anthropic from '@anthropic-ai/sdk';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogleGenerativeAI } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import { GoogleGenAI } from '@google/genai';
import AnthropicBefore from 'anthropic-sdk-before';
import { GoogleGenAI as GoogleGenAIBefore } from 'google-genai-before';
import { createHeadroom, headroomFetch as fromRoot, type Stats } from 'headroom-js';
import { withHeadroom as withAnthropic } from 'headroom-js/anthropic';
import { headroomFetch, type HeadroomFetch } from 'headroom-js/fetch';
import { withHeadroom as withGemini } from 'headroom-js/gemini';
import { withHeadroom as withOpenAI } from 'headroom-js/openai';
import OpenAI, { AzureOpenAI } from 'openai';
import OpenAIBefore from 'openai-before';

const engine = createHeadroom();

export const openai: OpenAI = withOpenAI(new OpenAI());
export const openaiBefore: OpenAIBefore = withOpenAI(new OpenAIBefore(), engine);
export const azure: AzureOpenAI = withOpenAI(new AzureOpenAI(), { lossless: true });
export const ofFetch = new OpenAI({ fetch: headroomFetch() });
export const ofFetchBefore = new OpenAIBefore({ fetch: engine.fetch({ scope: 'tenant' }) });

export const anthropic: Anthropic = withAnthropic(new Anthropic());
export const anthropicBefore: AnthropicBefore = withAnthropic(new AnthropicBefore(), { engine, scope: 'tenant' });
export const anthropicOfFetch = new Anthropic({ fetch: headroomFetch(engine) });

export const gemini: GoogleGenAI = withGemini(new GoogleGenAI({ apiKey: 'x' }));
export const geminiBefore: GoogleGenAIBefore = withGemini(new GoogleGenAIBefore({ apiKey: 'x' }), { maxRetrievals: 1 });
export const geminiOfFetch = new GoogleGenAI({ apiKey: 'x', httpOptions: { fetch: headroomFetch() } });

export const providers = [createOpenAI({ fetch: headroomFetch() }), createAnthropic({ fetch: headroomFetch() }), createGoogleGenerativeAI({ fetch: headroomFetch() })];

export const inPlaceOfTheGlobal: typeof globalThis.fetch = fromRoot();
export const overAnother: HeadroomFetch = headroomFetch({ fetch: globalThis.fetch, lossless: true });
export const oneRequest = overAnother('https://example.com', { method: 'POST', headroom: { scope: 'tenant', mode: 'off' } });
export const stats: Stats = engine.stats();

// @ts-expect-error: an option that does not exist
headroomFetch({ maxRetrieval: 1 });
// @ts-expect-error: an option of the engine, not of one request
void overAnother('https://example.com', { headroom: { secret: 'x' } });
// @ts-expect-error: no client
withOpenAI({});
