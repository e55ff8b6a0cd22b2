import * as current from '@anthropic-ai/sdk';
import * as before from 'anthropic-sdk-before';
import { anthropicDriver } from './drivers/anthropic.ts';
import { describeClients } from './scenarios.ts';

describeClients([anthropicDriver('@anthropic-ai/sdk 1', current), anthropicDriver('@anthropic-ai/sdk 0', before)]);
