import * as current from 'openai';
import * as before from 'openai-before';
import { openaiChatDriver } from './drivers/openai-chat.ts';
import { describeClients } from './scenarios.ts';

describeClients([openaiChatDriver('openai 7, chat completions', current), openaiChatDriver('openai 6, chat completions', before)]);
