// What every client has to get, whichever provider it talks to: an agent's conversation in which the model asks for what was
// left out. The server refuses what a real provider would, so that each scenario also tests the requests that follow.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createHeadroom, type Report } from 'headroom-js';
import type { AskOptions, Driver, Session, Turn } from './drivers/driver.ts';
import { handleIn, lastResult, look, round, say, think, use, type Reply, type Round, type Seen } from './server/pieces.ts';
import { Provider, type Conversation } from './server/server.ts';

const rows = JSON.stringify(Array.from({ length: 300 }, (_, at) => ({ id: at + 1, name: `item-${at + 1}`, price: (at * 7919) % 1009 })));

const config = { minTokensToCompress: 50, maxBlockTokens: 500 };

/** The model looks for a row of the list. */
const lookFor = (row: number | string, ...before: Reply[]): Round => (seen) => {
  const pieces = before.flatMap((reply) => ('pieces' in reply ? [...reply.pieces] : []));
  return round(...pieces, look({ id: handleIn(seen), rows: String(row) }));
};

const bye: Round = () => round(say('Bye.'));

interface Setup {
  readonly session: Session;
  readonly conversation: Conversation;
  readonly reports: Report[];
  ask(options?: Partial<AskOptions>): Promise<Turn>;
}

/** The scenarios, for clients that talk to one provider. */
export function describeClients(drivers: readonly Driver[]): void {
  let provider: Provider;
  before(async () => (provider = await Provider.start()));
  after(() => provider.stop());
  for (const driver of drivers) {
    for (const stream of [false, true]) {
      describe(`${driver.name}, ${stream ? 'streamed' : 'whole'}`, () => {
        /** A conversation up to the point where the model has the list, most of which was left out. */
        const withList = async (script: readonly Round[], options: object = {}): Promise<Setup> => {
          const conversation = provider.conversation(() => round(think('The list.'), say('I list. '), use('list')), ...script);
          const reports: Report[] = [];
          const headroom = { ...config, onReport: (report: Report) => void reports.push(report), ...options };
          const session = driver.open({ origin: conversation.origin, headroom });
          const ask = (options: Partial<AskOptions> = {}) => session.ask({ stream, ...options });
          session.user('Which item?');
          const { calls, text, stop } = await ask();
          assert.deepEqual([calls.map(({ name }) => name), text.trim(), stop], [['list'], 'I list.', driver.stops.calls]);
          session.results([{ call: calls[0]!, text: rows }]);
          return { session, conversation, reports, ask };
        };
        scenarios(driver, withList);
        if (stream) streams(driver, withList);
        else wholes(withList);
      });
    }
  }
}

type WithList = (script: readonly Round[], options?: object) => Promise<Setup>;

/** Everything was valid, everything was asked for, and nothing of the retrieval reached the client. */
function assertClean({ conversation }: Setup, ...turns: Turn[]): void {
  assert.deepEqual(conversation.problems, []);
  assert.equal(conversation.left, 0, 'answers of the script that nobody asked for');
  for (const { raw } of turns) assert.doesNotMatch(JSON.stringify(raw), /headroom_retrieve/);
  for (const { tools } of conversation.requests) assert.deepEqual(tools, ['list', 'note', 'headroom_retrieve']);
}

async function thanks({ session, ask }: Setup): Promise<Turn> {
  session.user('Thanks.');
  const turn = await ask();
  assert.equal(turn.text, 'Bye.');
  return turn;
}

function scenarios(driver: Driver, withList: WithList): void {
  test('nothing is asked for: the answer as it is', async () => {
    const setup = await withList([() => round(think('Easy.'), say('It is ', 'item-7.')), bye]);
    const turn = await setup.ask();
    assert.equal(turn.text, 'It is item-7.');
    assert.equal(turn.stop, driver.stops.end);
    assert.deepEqual(turn.usage, driver.usage);
    assertClean(setup, turn, await thanks(setup));
    assert.ok(setup.reports[1]!.tokensSaved > 1000);
  });

  test('one retrieval', async () => {
    const answers: string[] = [];
    const setup = await withList([
      lookFor(142, round(think('Row 142.'), say('Let me look. '))),
      (seen) => (answers.push(lastResult(seen)), round(think('So.'), say('Found ', 'it.'))),
      bye,
    ]);
    const turn = await setup.ask();
    assert.match(turn.text, /^Let me look\. ?Found it\.$/);
    assert.equal(turn.stop, driver.stops.end);
    assert.deepEqual(turn.usage, { input: 2 * driver.usage.input, output: 2 * driver.usage.output });
    assert.match(answers[0]!, /item-142\b/);
    assert.doesNotMatch(answers[0]!, /item-143\b/);
    assertClean(setup, turn, await thanks(setup));
    assert.ok(setup.reports[1]!.retrievedTokens > 10);
  });

  test('three retrievals', async () => {
    const setup = await withList([
      lookFor(7, round(think('Row 7.'), say('One. '))),
      lookFor(8, round(think('Row 8.'))),
      lookFor('9-12', round(think('The rest.'), say('Three. '))),
      (seen) => round(think('So.'), say(`${/item-12\b/.exec(lastResult(seen))?.[0]}.`)),
      bye,
    ]);
    const turn = await setup.ask();
    assert.match(turn.text, /^One\. ?Three\. ?item-12\.$/);
    assert.equal(turn.stop, driver.stops.end);
    assert.deepEqual(turn.usage, { input: 4 * driver.usage.input, output: 4 * driver.usage.output });
    assertClean(setup, turn, await thanks(setup));
  });

  test('two retrievals at once', async () => {
    const setup = await withList([
      (seen) => round(think('Two rows.'), look({ id: handleIn(seen), rows: '7' }), look({ id: handleIn(seen), query: 'item-271' })),
      (seen) => round(say(/item-271\b/.exec(lastResult(seen))?.[0] ?? 'nothing')),
      bye,
    ]);
    const turn = await setup.ask();
    assert.equal(turn.text, 'item-271');
    assertClean(setup, turn, await thanks(setup));
  });

  test('a retrieval, then a mixed turn, then the client’s result and the next request', async () => {
    const setup = await withList([
      lookFor(7, round(think('Row 7.'), say('Let me look. '))),
      (seen) => round(think('A note, and row 8.'), say('Noting. '), use('note', { about: 'item-7' }), look({ id: handleIn(seen), rows: '8' })),
      (seen) => {
        const [ours, theirs] = seen.entries.filter(([kind]) => kind === 'result').slice(-2);
        assert.match(String(ours?.[2]), /item-8\b/);
        assert.equal(theirs?.[2], 'noted');
        return round(think('Done.'), say('It is item-7.'));
      },
      bye,
    ]);
    const mixed = await setup.ask();
    assert.match(mixed.text, /^Let me look\. ?Noting\. ?$/);
    assert.deepEqual(mixed.calls.map(({ name, input }) => [name, input]), [['note', { about: 'item-7' }]]);
    assert.equal(mixed.stop, driver.stops.calls);
    setup.session.results([{ call: mixed.calls[0]!, text: 'noted' }]);
    const turn = await setup.ask();
    assert.equal(turn.text, 'It is item-7.');
    assertClean(setup, mixed, turn, await thanks(setup));
  });

  test('our call first, then the client’s own', async () => {
    const setup = await withList([
      (seen) => round(think('Row 8, and a note.'), look({ id: handleIn(seen), rows: '8' }), use('note')),
      () => round(say('Done.')),
      bye,
    ]);
    const mixed = await setup.ask();
    assert.deepEqual(mixed.calls.map(({ name }) => name), ['note']);
    assert.equal(mixed.stop, driver.stops.calls);
    setup.session.results([{ call: mixed.calls[0]!, text: 'noted' }]);
    const turn = await setup.ask();
    assertClean(setup, mixed, turn, await thanks(setup));
  });

  test('hidden rounds that are gone take their reasoning with them', async () => {
    const setup = await withList([
      lookFor(7, round(think('Row 7.'), say('Let me look. '))),
      (seen) => round(think('And row 8.'), use('note'), look({ id: handleIn(seen), rows: '8' })),
      () => round(think('So.'), say('Noted.')),
      bye,
    ]);
    const { session, conversation, ask } = setup;
    const mixed = await ask();
    // A new process with an empty store: what it sends is another conversation, and a valid one.
    const reports: Report[] = [];
    session.restart({ ...config, onReport: (report: Report) => void reports.push(report) });
    conversation.forget();
    session.results([{ call: mixed.calls[0]!, text: 'noted' }]);
    const turn = await ask();
    assertClean(setup, mixed, turn, await thanks(setup));
    const last = conversation.requests.at(-1)!;
    assert.doesNotMatch(JSON.stringify(last.body), /~hr/);
    assert.match(JSON.stringify(last.body), /Let me look/);
    const signedThoughts = conversation.requests[1]!.entries.some(([kind]) => kind === 'thought');
    if (signedThoughts) {
      assert.doesNotMatch(JSON.stringify(last.body), /Row 7|And row 8/);
      assert.match(JSON.stringify(reports.at(-1)!.warnings), /gone/);
    }
  });

  test('an unknown handle', async () => {
    const setup = await withList([
      () => round(think('Look.'), look({ id: 'hr_0000000000000000', rows: '1' })),
      (seen) => (assert.match(lastResult(seen), /no original/), round(say('Without.'))),
      bye,
    ]);
    const turn = await setup.ask();
    assert.equal(turn.text, 'Without.');
    assertClean(setup, turn, await thanks(setup));
  });

  test('the limit of rounds', async () => {
    const answers: string[] = [];
    const asking = (seen: Seen): Reply => (answers.push(lastResult(seen)), round(think('Again.'), say('More. '), look({ id: handleIn(seen), rows: '1' })));
    const setup = await withList([asking, asking, asking, asking, asking, bye]);
    const turn = await setup.ask();
    assert.match(turn.text, /^(More\. ?){5}$/);
    assert.equal(turn.stop, driver.stops.end);
    assert.deepEqual(turn.calls, []);
    for (const answer of answers.slice(1, 4)) assert.match(answer, /item-1\b/);
    assert.match(answers[4]!, /limit/);
    assert.match(JSON.stringify(setup.reports[1]!.warnings), /maxRetrievals/);
    setup.conversation.forgetLastCall();
    assertClean(setup, turn, await thanks(setup));
  });

  test('an error of the upstream in the continuation is an error of the client, and the turn can be asked for again', async () => {
    const setup = await withList([
      lookFor(7, round(think('Row 7.'), say('Let me look. '))),
      () => ({ status: 503, message: 'overloaded for now' }),
      lookFor(8, round(think('Row 8.'), say('Let me look. '))),
      () => round(say('Found it.')),
      bye,
    ]);
    await assert.rejects(setup.ask(), /overloaded for now/);
    // The model begins anew.
    setup.conversation.forget();
    const turn = await setup.ask();
    assert.match(turn.text, /^Let me look\. ?Found it\.$/);
    assertClean(setup, turn, await thanks(setup));
  });

  test('an error at once is the client’s to see', async () => {
    const setup = await withList([() => ({ status: 400, message: 'not like this' })]);
    await assert.rejects(setup.ask(), /not like this/);
  });

  test('a client that goes away while the continuation is asked for takes it with it', async () => {
    const gone = new AbortController();
    const never = new Promise<Reply>(() => {});
    const setup = await withList([lookFor(7, round(think('Row 7.'))), () => (gone.abort(), never)]);
    await assert.rejects(setup.ask({ signal: gone.signal }));
    await setup.conversation.aborted;
  });

  test('one engine adds up what was saved and what it cost', async () => {
    const engine = createHeadroom(config);
    const setup = await withList([lookFor(7, round(say('Let me look. '))), () => round(say('Found it.')), bye], { engine, ...noConfig });
    await setup.ask();
    await thanks(setup);
    const stats = engine.stats();
    assert.equal(stats.requests, 3);
    assert.equal(stats.retrievals, 1);
    assert.ok(stats.retrievedTokens > 10);
    assert.equal(stats.tokensSaved, stats.tokensBefore - stats.tokensAfter - stats.toolTokens);
    assert.ok(stats.kinds['json']!.tokensBefore > stats.kinds['json']!.tokensAfter);
    assert.equal(stats.usage.answers, 3);
    assert.equal(stats.usage.inputTokens, 4 * 20);
    assert.equal(stats.usage.cacheReadTokens, 4 * 8);
    assert.equal(stats.usage.cachedShare, 8 / 20);
  });
}

/** Beside an engine, its own options must not be given again. */
const noConfig = { minTokensToCompress: undefined, maxBlockTokens: undefined };

function wholes(withList: WithList): void {
  test('the status of a refused continuation is the client’s', async () => {
    const setup = await withList([lookFor(7), () => ({ status: 503, message: 'overloaded for now' })]);
    await assert.rejects(setup.ask(), (error: { status?: number; statusCode?: number }) => (error.status ?? error.statusCode) === 503);
  });
}

function streams(driver: Driver, withList: WithList): void {
  test('the first delta reaches the client before the provider sends its second', async () => {
    let arrived = () => {};
    const afterFirstDelta = new Promise<void>((resolve) => (arrived = resolve));
    const setup = await withList([() => ({ pieces: [think('Hm.'), say('First. ', 'Second.')], afterFirstDelta }), bye]);
    const turn = await setup.ask({ onText: () => arrived() });
    assert.equal(turn.text, 'First. Second.');
    assertClean(setup, turn, await thanks(setup));
  });

  test('the same in the round of a retrieval, and in the one after it', async () => {
    const gates = [0, 1].map(() => {
      let open = () => {};
      return { opened: new Promise<void>((resolve) => (open = resolve)), open: () => open() };
    });
    const setup = await withList([
      (seen) => ({ pieces: [think('Hm.'), say('First. ', 'Second. '), look({ id: handleIn(seen), rows: '3' })], afterFirstDelta: gates[0]!.opened }),
      () => ({ pieces: [say('Third. ', 'Fourth.')], afterFirstDelta: gates[1]!.opened }),
      bye,
    ]);
    const turn = await setup.ask({
      onText: (text) => {
        if (text.includes('First')) gates[0]!.open();
        if (text.includes('Third')) gates[1]!.open();
      },
    });
    assert.match(turn.text, /^First\. Second\. ?Third\. Fourth\.$/);
    assert.equal(turn.stop, driver.stops.end);
    assertClean(setup, turn, await thanks(setup));
  });

  for (const [where, script] of [
    ['the first response', () => [() => ({ pieces: [say('First. ', 'Second.')], afterFirstDelta: new Promise(() => {}) })]],
    ['the continuation', () => [lookFor(7), () => ({ pieces: [say('First. ', 'Second.')], afterFirstDelta: new Promise(() => {}) })]],
  ] as [string, () => Round[]][]) {
    test(`a client that goes away in the middle of ${where} takes the provider’s answer with it`, async () => {
      const gone = new AbortController();
      const setup = await withList(script());
      await assert.rejects(setup.ask({ signal: gone.signal, onText: () => gone.abort() }));
      await setup.conversation.aborted;
      assert.deepEqual(setup.conversation.problems, []);
    });
  }
}
