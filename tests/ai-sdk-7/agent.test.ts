import * as ai from 'ai';
import { MockLanguageModelV4 as MockLanguageModel } from 'ai/test';
import { describeAgent } from '../ai-sdk/scenarios.ts';

describeAgent({ major: 7, ai, MockLanguageModel });
