import * as current from '@google/genai';
import * as before from 'google-genai-before';
import { geminiDriver } from './drivers/gemini.ts';
import { describeClients } from './scenarios.ts';

describeClients([geminiDriver('@google/genai 3', current), geminiDriver('@google/genai 2', before)]);
