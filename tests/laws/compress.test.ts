// The laws of `compress()`, over the corpus, over the files of the repository and over generated conversations.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, test } from 'node:test';
import { createHeadroom } from 'headroom-js';
import { check, type Setting } from './helpers/check.ts';
import { formats, messagesOf, textsOf, type Conversation } from './helpers/conversations.ts';
import { configs, corpus, generated, models, repository, slow, withoutCorpus } from './helpers/sources.ts';

/** Every configuration, each in a format of its own turn; in long tests in every format. */
function* settings(conversation: Conversation, turn: number): Generator<Setting> {
  for (const [at, config] of configs.entries()) {
    for (const format of slow ? formats : [formats[(turn + at) % formats.length]!]) {
      yield { conversation, format, config, model: models[at % models.length] };
    }
  }
}

describe('the laws hold over the corpus', { skip: withoutCorpus }, () => {
  for (const [turn, conversation] of corpus().entries()) {
    test(conversation.name, async () => {
      const all = [...settings(conversation, turn)];
      for (const setting of slow ? all : all.filter((_, at) => at % 2 === turn % 2)) await check(setting);
    });
  }
});

test('the laws hold over the files of the repository and what is hostile', async () => {
  const counts = { lossy: 0, lossless: 0 };
  for (const [turn, conversation] of repository().entries()) {
    for (const setting of settings(conversation, turn)) {
      for (const { lossless } of await check(setting)) counts[lossless ? 'lossless' : 'lossy'] += 1;
    }
  }
  assert.ok(counts.lossy > 20 && counts.lossless > 40, `the cases reach little: ${JSON.stringify(counts)}`);
});

test('the laws hold over generated conversations', async () => {
  const setting = fc.record({ conversation: generated, format: fc.constantFrom(...formats), config: fc.constantFrom(...configs), model: fc.constantFrom(...models) });
  await fc.assert(fc.asyncProperty(setting, async (each) => void (await check(each))), { numRuns: slow ? 5000 : 300 });
});

test('every format gets the same texts', async () => {
  const config = { minTokensToCompress: 20, maxBlockTokens: 200 };
  for (const conversation of [...corpus(), ...repository()]) {
    const model = 'gpt-4o';
    const outputs = formats.map((format) => {
      const { messages } = createHeadroom(config).compressSync(messagesOf(conversation, format), { format, model });
      return textsOf(messages).map(({ text }) => text).filter((text) => text !== 'You are careful and brief.');
    });
    if (conversation.turns.some(({ isError }) => isError)) continue;
    assert.deepEqual(outputs[1], outputs[0], conversation.name);
    assert.deepEqual(outputs[2], outputs[0], conversation.name);
  }
});
