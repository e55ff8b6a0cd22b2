import * as ai from 'ai';
import { MockLanguageModelV2 as MockLanguageModel } from 'ai/test';
import { describeAgent } from '../ai-sdk/scenarios.ts';

describeAgent({ major: 5, ai, MockLanguageModel });
