// Sessions as the clients write them, around the outputs in examples/data.
import { readFileSync } from 'node:fs';

/** One of the files in examples/data. */
export function data(file: string): string {
  return readFileSync(new URL(`../../../../examples/data/${file}`, import.meta.url), 'utf8');
}

const jsonLines = (lines: readonly object[]): string => `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`;

/** A session of Claude Code: two calls at once, one more, a question, and after a compaction another. */
export function claudeCodeSession(): string {
  const lines: object[] = [];
  let last: string | null = null;
  const add = (line: object, parent = last): string => {
    const uuid = `u${lines.length + 1}`;
    lines.push({ parentUuid: parent, isSidechain: false, sessionId: 'session-1', version: '2.1.165', uuid, ...line });
    return (last = uuid);
  };
  const user = (content: unknown): object => ({ type: 'user', message: { role: 'user', content } });
  const assistant = (id: string, part: object, [cached, written]: readonly [cached: number, written: number]): object => ({
    type: 'assistant',
    requestId: `req_${id}`,
    message: {
      id,
      model: 'claude-sonnet-4-6',
      role: 'assistant',
      type: 'message',
      content: [part],
      usage: { input_tokens: 3, cache_read_input_tokens: cached, cache_creation_input_tokens: written, output_tokens: 50 },
    },
  });
  const first = [0, 15_000] as const;
  const call = (id: string, command: string): object => ({ type: 'tool_use', id, name: 'Bash', input: { command } });
  const result = (id: string, content: string): object => user([{ type: 'tool_result', tool_use_id: id, content }]);

  lines.push({ type: 'file-history-snapshot', messageId: 'm', snapshot: {} });
  add(user('Why did bookings fail this morning?'));
  add(assistant('msg_1', { type: 'thinking', thinking: 'The log first.', signature: 'c2ln' }, first));
  add(assistant('msg_1', { type: 'text', text: 'Let me look at the log and the orders.' }, first));
  const firstCall = add(assistant('msg_1', call('toolu_1', 'cat service.log'), first));
  // The first result is there before the second call has been written down.
  add(result('toolu_1', data('service.log')), firstCall);
  const secondCall = add(assistant('msg_1', call('toolu_2', 'cat orders.json'), first), firstCall);
  add(result('toolu_2', data('orders.json')), secondCall);
  add({ type: 'attachment', attachment: { type: 'skill_listing', content: 'none' } });
  add(assistant('msg_2', call('toolu_3', 'npm test'), [15_000, 132_000]));
  add(result('toolu_3', data('test-run.txt')));
  add(assistant('msg_3', { type: 'text', text: 'The database timed out.' }, [147_000, 7_000]));
  add(user('And the tests?'));
  add(assistant('msg_4', { type: 'text', text: 'Two of them fail.' }, [154_000, 100]));
  add({ type: 'system', subtype: 'compact_boundary', content: 'Conversation compacted', compactMetadata: { trigger: 'auto', preTokens: 60_000 } }, null);
  add({ ...user('This session continues one in which bookings failed since the database timed out.'), isCompactSummary: true });
  add(user('Fix the tests.'));
  add(assistant('msg_5', { type: 'text', text: 'Done.' }, [15_000, 100]));
  return jsonLines(lines);
}

/** A session of Codex with one call and a rollback. */
export function codexSession(): string {
  const line = (type: string, payload: object): object => ({ timestamp: '2026-03-02T06:08:40.000Z', type, payload });
  const message = (role: string, text: string): object => {
    const type = role === 'assistant' ? 'output_text' : 'input_text';
    return line('response_item', { type: 'message', role, content: [{ type, text }] });
  };
  return jsonLines([
    line('session_meta', { id: 's', cwd: '/', originator: 'codex_cli_rs', cli_version: '0.65.0', base_instructions: { text: 'You are Codex.' } }),
    message('user', '<environment_context>…</environment_context>'),
    line('turn_context', { cwd: '/', model: 'gpt-5-codex' }),
    message('user', 'Where is a marker verified?'),
    line('response_item', { type: 'reasoning', summary: [], encrypted_content: 'AAAA' }),
    line('response_item', { type: 'function_call', name: 'shell', arguments: '{"command":["rg","marker"]}', call_id: 'call_1' }),
    line('response_item', { type: 'function_call_output', call_id: 'call_1', output: data('search.txt') }),
    line('event_msg', { type: 'token_count', info: { total_token_usage: { input_tokens: 30_000, cached_input_tokens: 10_000 } } }),
    message('assistant', 'In ccr/handle.rs.'),
    message('user', 'Sure?'),
    message('assistant', 'Yes.'),
    line('event_msg', { type: 'thread_rolled_back', num_turns: 1 }),
    message('user', 'Thanks.'),
    message('assistant', 'You are welcome.'),
  ]);
}
