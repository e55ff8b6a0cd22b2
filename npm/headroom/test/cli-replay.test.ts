// How transcripts are read and priced.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Bill } from '../dist/cli/replay/cache-price.js';
import type { Session } from '../dist/cli/replay/session.js';
import { readTranscript } from '../dist/cli/replay/transcript.js';
import { claudeCodeSession, codexSession } from './helpers/transcripts.ts';

/** The messages of each request, as their roles and the kinds of their parts. */
function requests({ events }: Session): string[] {
  const sent: string[] = [];
  const now: string[] = [];
  for (const event of events) {
    if (event.kind === 'cut') now.length = event.keep;
    else if (event.kind === 'request') sent.push(now.join(' '));
    else {
      const { role, content } = event.message as { role: string; content: unknown };
      const parts = Array.isArray(content) ? content.map(({ type }: { type: string }) => type).join('+') : content === null ? 'call' : 'string';
      now.push(`${role}:${parts}`);
    }
  }
  return sent;
}

describe('transcripts', () => {
  test('of Claude Code: parts of an answer and results are put together, a compaction begins anew', () => {
    const { sessions, unreadable } = readTranscript(`${claudeCodeSession()}{"type":"user","mess`, 's.jsonl');
    assert.equal(unreadable, 1);
    assert.equal(sessions.length, 1);
    const [session] = sessions;
    assert.equal(session!.model, 'claude-sonnet-4-6');
    assert.deepEqual(session!.usage, { plain: 15, cached: 331_000, written: 154_200 });
    const start = 'user:text assistant:thinking+text+tool_use+tool_use user:tool_result+tool_result';
    assert.deepEqual(requests(session!), [
      'user:text',
      start,
      `${start} assistant:tool_use user:tool_result`,
      `${start} assistant:tool_use user:tool_result assistant:text user:text`,
      'user:text+text',
    ]);
  });

  test('of Claude Code: going back is a cut, and a subagent is a session of its own', () => {
    const line = (uuid: string, parentUuid: string | null, type: string, text: string, more = {}): string =>
      JSON.stringify({ uuid, parentUuid, type, message: { id: uuid, role: type, content: [{ type: 'text', text }] }, ...more });
    const side = { isSidechain: true };
    const lines = [
      line('1', null, 'user', 'a'),
      line('2', '1', 'assistant', 'b'),
      line('s1', null, 'user', 'x', side),
      line('3', '2', 'user', 'c'),
      line('s2', 's1', 'assistant', 'y', side),
      line('4', '3', 'assistant', 'd'),
      line('5', '2', 'user', 'e'),
      line('6', '5', 'assistant', 'f'),
    ];
    const { sessions } = readTranscript(lines.join('\n'), 's.jsonl');
    assert.deepEqual(sessions.map(({ name }) => name), ['', 's1']);
    const [main] = sessions;
    assert.deepEqual(main!.events.find(({ kind }) => kind === 'cut'), { kind: 'cut', keep: 2, reason: 'the session went back to an earlier message' });
    assert.equal(requests(main!).length, 3);
    assert.deepEqual(requests(sessions[1]!), ['user:text']);
  });

  test('of Codex: items become messages, a rollback is a cut', () => {
    const [session] = readTranscript(codexSession(), 'rollout.jsonl').sessions;
    assert.equal(session!.model, 'gpt-5-codex');
    assert.deepEqual(session!.usage, { plain: 20_000, cached: 10_000, written: 0 });
    const start = 'system:string user:string user:string';
    const answered = `${start} assistant:call tool:string assistant:string`;
    assert.deepEqual(requests(session!), [start, `${start} assistant:call tool:string`, `${answered} user:string`, `${answered} user:string`]);
  });

  test('of messages: in a list, in a body, one a line', () => {
    const messages = [{ role: 'user', content: 'a' }, { role: 'assistant', content: 'b' }, { role: 'user', content: 'c' }];
    for (const text of [JSON.stringify(messages), JSON.stringify({ model: 'gpt-4o', messages }, null, 2), messages.map((message) => JSON.stringify(message)).join('\n')]) {
      assert.deepEqual(requests(readTranscript(text, 'm.json').sessions[0]!), ['user:string']);
    }
    const unanswered = JSON.stringify(messages.slice(0, 1));
    assert.deepEqual(requests(readTranscript(unanswered, 'm.json').sessions[0]!), ['user:string']);
  });

  test('of nobody', () => {
    for (const text of ['', 'hello', '[1,2]', '{"a":1}', '{"a":1}\n{"b":2}']) assert.throws(() => readTranscript(text, 'x'), /x is no transcript/);
    assert.throws(() => readTranscript('[]', 'x'), /x holds no request/);
  });
});

test('a bill counts what is cached, what is written and what breaks the prefix', () => {
  const bill = new Bill((message) => Number((message as { size: number }).size));
  const [a, b, c] = [{ size: 100 }, { size: 20 }, { size: 3 }];
  bill.send([a], 7);
  assert.deepEqual([bill.cached, bill.written], [0, 107]);
  // Equal is what has the same JSON, not what is the same object.
  bill.send([{ ...a }, b], 7);
  assert.deepEqual([bill.cached, bill.written], [107, 127]);
  bill.send([a, c], 7);
  assert.deepEqual(bill.breaks, [{ request: 3, message: 1, tokens: 20 }]);
  bill.send([a], 7);
  assert.deepEqual(bill.breaks.at(-1), { request: 4, message: 1, tokens: 3 });
  assert.equal(bill.sent, 107 + 127 + 110 + 107);
  assert.equal(bill.price({ cached: 0.1, written: 1.25 }), 0.1 * 321 + 1.25 * 130);
});
