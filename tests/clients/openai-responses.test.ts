import * as current from 'openai';
import * as before from 'openai-before';
import { openaiResponsesDriver } from './drivers/openai-responses.ts';
import { describeClients } from './scenarios.ts';

describeClients([openaiResponsesDriver('openai 7, responses', current), openaiResponsesDriver('openai 6, responses', before)]);
