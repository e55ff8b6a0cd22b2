// Every way in which an application may type the middleware, checked by the compiler alone.
import type { LanguageModelV3, LanguageModelV3Middleware } from '@ai-sdk/provider';
import { generateText, streamText, wrapLanguageModel, type LanguageModelMiddleware } from 'ai';
import { createHeadroom, headroomMiddleware as fromRoot } from 'headroom-js';
import { headroomMiddleware, withHeadroom } from 'headroom-js/ai-sdk';

declare const model: LanguageModelV3;

export const inline = wrapLanguageModel({ model, middleware: headroomMiddleware() });
export const configured = wrapLanguageModel({ model, middleware: headroomMiddleware({ lossless: true }) });
export const inArray = wrapLanguageModel({ model, middleware: [headroomMiddleware(), fromRoot()] });

const stored = headroomMiddleware();
export const ofConst = wrapLanguageModel({ model, middleware: stored });

const annotated: LanguageModelMiddleware = headroomMiddleware();
export const ofAnnotated = wrapLanguageModel({ model, middleware: annotated });

const ofVersion: LanguageModelV3Middleware = headroomMiddleware();
export const ofSpecification = wrapLanguageModel({ model, middleware: ofVersion });

const engine = createHeadroom();
export const ofEngine = wrapLanguageModel({ model, middleware: engine.middleware() });

export const wrapped: LanguageModelV3 = withHeadroom(model, engine);
export const generated = generateText({ model: withHeadroom(model), prompt: 'Hi' });
export const streamed = streamText({ model: withHeadroom(model, { maxRetrievals: 1 }), prompt: 'Hi' });

// @ts-expect-error: an option that does not exist
headroomMiddleware({ maxRetrieval: 1 });
