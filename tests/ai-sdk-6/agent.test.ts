import * as ai from 'ai';
import { MockLanguageModelV3 as MockLanguageModel } from 'ai/test';
import { describeAgent } from '../ai-sdk/scenarios.ts';

describeAgent({ major: 6, ai, MockLanguageModel });
