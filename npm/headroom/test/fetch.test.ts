// The drop-in for `fetch` itself: what goes in, what comes out, who is told to stop. The core is a fake that makes every body
// of an address ending in /messages upper case; tests/clients has the real one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync, deflateSync } from 'node:zlib';
import type { CoreInterceptor } from '../dist/core/types.js';
import { HeadroomConfigError } from '../dist/errors.js';
import { maxBodyBytes } from '../dist/fetch/body.js';
import type { FetchInput, HeadroomFetch, HeadroomRequestInit } from '../dist/fetch/types.js';
import { Headroom } from '../dist/engine.js';
import type { Report } from '../dist/report.js';
import { fakeCore, fakeInterceptor, panic, type FakeParts } from './helpers/fake-core.ts';

const address = 'https://api.example/v1/messages';
const encoder = new TextEncoder();
const decoder = new TextDecoder();

const report = { tokensBefore: 9, tokensAfter: 4, toolTokens: 1, tokensSaved: 4, estimated: false, counter: 'fake', blocks: [], warnings: [] };

interface Sent {
  readonly input: FetchInput;
  readonly init: RequestInit | undefined;
}

interface Circumstances extends FakeParts {
  /** What the provider answers, request by request; the last answer for all that follow. */
  readonly answers?: readonly (() => Response | Promise<Response>)[];
  readonly config?: object;
  readonly options?: object;
}

/** A fetch over a fake core and a fake network. */
function setup({ answers = [() => new Response('answer')], config = {}, options = {}, ...parts }: Circumstances = {}) {
  const sent: Sent[] = [];
  const metas: Record<string, unknown>[] = [];
  const reports: Report[] = [];
  const { module } = fakeCore(() => ({}), {
    recognise: (_, url) => (url.startsWith(address) ? { kind: 'request', format: 'anthropic', model: 'm', stream: true } : { kind: 'pass', reason: 'unknown' }),
    bodyStep: (body, meta) => {
      metas.push(meta);
      const upper = decoder.decode(body).toUpperCase();
      const changed = upper !== decoder.decode(body);
      return { ...(changed && { body: encoder.encode(upper) }), originals: [], outcomeJson: JSON.stringify({ changed: [], originals: [], tool: true, report }) };
    },
    ...parts,
  });
  const engine = new Headroom(module, { onReport: (report) => reports.push(report), ...config });
  const fetch: HeadroomFetch = engine.fetch({
    fetch: async (input, init) => {
      sent.push({ input, init });
      return (answers[sent.length - 1] ?? answers.at(-1)!)();
    },
    ...options,
  });
  return { fetch, sent, metas, reports, engine };
}

/** The body as it would go over the wire. */
async function bodyOf({ input, init }: Sent): Promise<string> {
  return new Request(input, { duplex: 'half', ...init } as RequestInit).text();
}

const post = (body: unknown, rest: HeadroomRequestInit = {}) => ({ method: 'POST', body, ...rest }) as HeadroomRequestInit;

/** A stream of these chunks, and whether it was cancelled. */
function streamOf(...chunks: string[]) {
  const state = { pulls: 0, cancelled: undefined as unknown };
  const left = [...chunks];
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        state.pulls += 1;
        const chunk = left.shift();
        if (chunk === undefined) controller.close();
        else controller.enqueue(encoder.encode(chunk));
      },
      cancel: (reason) => void (state.cancelled = reason),
    },
    { highWaterMark: 0 },
  );
  return { stream, state };
}

test('what is not recognised is handed on with the very same arguments', async () => {
  const { fetch, sent, reports } = setup();
  const form = new FormData();
  form.set('a', 'b');
  const cases: [FetchInput, RequestInit?][] = [
    [address],
    [new URL(address), { method: 'GET' }],
    [address, { method: 'PUT', body: 'x' }],
    ['https://api.example/v1/files', { method: 'POST', body: 'x', headers: { 'content-length': '1' } }],
    ['https://api.example/v1/files', { method: 'POST', body: form }],
    [new Request('https://api.example/v1/files', { method: 'POST', body: 'x' })],
    ['https://api.example/v1/files', { method: 'POST' }],
  ];
  for (const [input, init] of cases) {
    const response = await fetch(input, init);
    assert.equal(await response.text(), 'answer');
    assert.equal(sent.at(-1)!.input, input);
    assert.equal(sent.at(-1)!.init, init);
  }
  assert.equal(await (sent[5]!.input as Request).text(), 'x', 'the request was not consumed');
  assert.deepEqual(reports, []);
});

test('a request that stays as it is keeps its arguments, its headers among them', async () => {
  const { fetch, sent, reports } = setup();
  const init = post('ABC', { headers: { 'Content-Length': '3', 'X-Own': 'Y' } });
  await (await fetch(address, init)).text();
  assert.equal(sent[0]!.init, init);
  assert.equal(reports.length, 1);
});

test('every form of body', async () => {
  const { fetch, sent } = setup();
  const bytes = encoder.encode('xabcx');
  const forms: [string, () => unknown][] = [
    ['string', () => 'abc'],
    ['bytes', () => encoder.encode('abc')],
    ['a view of a larger buffer', () => bytes.subarray(1, 4)],
    ['buffer', () => encoder.encode('abc').buffer],
    ['DataView', () => new DataView(encoder.encode('abc').buffer)],
    ['Blob', () => new Blob(['abc'], { type: 'application/json' })],
    ['stream', () => streamOf('a', 'bc').stream],
    ['iterable', () => (async function* () { yield encoder.encode('ab'); yield encoder.encode('c'); })()],
  ];
  for (const [name, make] of forms) {
    await (await fetch(address, post(make(), { headers: { 'content-length': '3', 'x-own': 'y' } }))).text();
    const { init } = sent.at(-1)!;
    assert.equal(await bodyOf(sent.at(-1)!), 'ABC', name);
    const headers = new Headers(init!.headers);
    assert.equal(headers.get('content-length'), null, name);
    assert.equal(headers.get('x-own'), 'y', name);
  }
  assert.equal(typeof sent[0]!.init!.body, 'string', 'a text stays a text');
  assert.equal((sent[5]!.init!.body as Blob).type, 'application/json');
});

test('a Request, with and without what overrides it', async () => {
  const { fetch, sent } = setup();
  const gone = new AbortController();
  const make = () => new Request(address, { method: 'POST', body: 'abc', headers: { 'x-own': 'y' }, signal: gone.signal });
  await (await fetch(make())).text();
  const own = sent[0]!.input as Request;
  assert.equal(own.url, address);
  assert.equal(own.headers.get('x-own'), 'y');
  assert.equal(await own.text(), 'ABC');
  await (await fetch(make(), { body: 'def', headers: { 'x-own': 'z' } })).text();
  const overridden = sent[1]!.input as Request;
  assert.equal(overridden.headers.get('x-own'), 'z');
  assert.equal(await overridden.text(), 'DEF');
  assert.equal(overridden.method, 'POST');
  gone.abort();
  assert.equal(overridden.signal.aborted, true);
});

test('streams that stay as they are arrive whole', async () => {
  const { fetch, sent } = setup();
  await (await fetch(address, post(streamOf('A', 'B', 'C').stream))).text();
  assert.equal(await bodyOf(sent[0]!), 'ABC');
  await (await fetch('https://api.example/v1/files', post(streamOf('a', 'b', 'c').stream))).text();
  assert.equal(await bodyOf(sent[1]!), 'abc');
});

test('a body over the bound passes through', async () => {
  const { fetch, sent, reports } = setup();
  const chunk = 'a'.repeat(1 << 20);
  const count = maxBodyBytes / chunk.length + 1;
  let made = 0;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (made++ === count) controller.close();
      else controller.enqueue(encoder.encode(chunk));
    },
  });
  await (await fetch(address, post(stream))).text();
  let size = 0;
  for await (const part of sent[0]!.init!.body as unknown as AsyncIterable<Uint8Array>) size += part.byteLength;
  assert.equal(size, count * chunk.length);
  assert.deepEqual(reports, []);
});

test('a stream that fails is the provider’s request to fail', async () => {
  const { fetch } = setup({ answers: [async () => Promise.reject(new TypeError('fetch failed'))] });
  const broken = new ReadableStream({ start: (controller) => controller.error(new Error('broken')) });
  await assert.rejects(fetch(address, post(broken)), /fetch failed/);
});

test('compressed bodies are inflated within a bound', async () => {
  const { fetch, sent } = setup();
  for (const [encoding, body] of [['gzip', gzipSync('abc')], ['x-gzip', gzipSync('abc')], ['deflate', deflateSync('abc')], ['identity', encoder.encode('abc')]] as const) {
    await (await fetch(address, post(body, { headers: { 'content-encoding': encoding } }))).text();
    assert.equal(await bodyOf(sent.at(-1)!), 'ABC', encoding);
    assert.equal(new Headers(sent.at(-1)!.init!.headers).get('content-encoding'), null);
  }
  const bomb = gzipSync(Buffer.alloc(maxBodyBytes + 1));
  for (const [encoding, body] of [['gzip', bomb], ['gzip', encoder.encode('no gzip')], ['br', encoder.encode('abc')], ['gzip, gzip', gzipSync('abc')]] as const) {
    const init = post(body, { headers: { 'content-encoding': encoding } });
    await (await fetch(address, init)).text();
    assert.equal(sent.at(-1)!.init, init, encoding);
  }
});

test('the response has the status and the headers of the provider’s, and no wrong length', async () => {
  const headers = { 'request-id': 'r1', 'content-length': '6', 'content-type': 'text/event-stream' };
  const { fetch } = setup({ answers: [() => new Response('answer', { status: 202, statusText: 'Fine', headers })] });
  const response = await fetch(address, post('abc'));
  assert.equal(response.status, 202);
  assert.equal(response.statusText, 'Fine');
  assert.equal(response.headers.get('request-id'), 'r1');
  assert.equal(response.headers.get('content-length'), null);
  assert.equal(response.headers.get('x-headroom-tokens-before'), '9');
  assert.equal(response.headers.get('x-headroom-tokens-saved'), '4');
  assert.equal(await response.text(), 'answer');
});

test('an error of the provider is the provider’s own response', async () => {
  const refusal = new Response('no', { status: 400 });
  const { fetch, reports } = setup({ answers: [() => refusal] });
  assert.equal(await fetch(address, post('abc')), refusal);
  assert.equal(reports.length, 1);
});

test('bytes are pulled from the provider as the client pulls them', async () => {
  const { stream, state } = streamOf('a', 'b', 'c', 'd');
  const { fetch } = setup({ answers: [() => new Response(stream)] });
  const reader = (await fetch(address, post('abc'))).body!.getReader();
  assert.equal(state.pulls, 0);
  assert.equal(decoder.decode((await reader.read()).value), 'a');
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(state.pulls, 1);
  await reader.cancel('enough');
  assert.equal(state.cancelled, 'enough');
});

test('a client that goes away stops the continuation that is on its way, and is still reported', async () => {
  let signal: AbortSignal | null | undefined;
  const { fetch, reports, sent, engine } = setup({
    ...retrieving,
    answers: [() => new Response('ask'), () => ((signal = sent[1]!.init!.signal), new Promise<Response>((_, reject) => signal!.addEventListener('abort', () => reject(signal!.reason))))],
  });
  const reader = (await fetch(address, post('abc'))).body!.getReader();
  const reading = reader.read();
  while (sent.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
  await reader.cancel('enough');
  assert.equal((await reading).done, true);
  assert.equal(signal!.aborted, true);
  assert.equal(reports.length, 1);
  assert.equal(engine.stats().retrievals, 1);
});

test('the caller’s signal holds for continuations too', async () => {
  const gone = new AbortController();
  const { fetch, sent } = setup({ ...retrieving, answers: [() => new Response('ask'), () => new Response('more')] });
  await (await fetch(address, post('abc', { signal: gone.signal }))).text();
  assert.equal(sent[0]!.init!.signal, gone.signal);
  assert.equal(sent[1]!.init!.signal!.aborted, false);
  gone.abort('late');
  assert.equal(sent[1]!.init!.signal!.aborted, true);
});

/** An interceptor that takes the text `ask` for a call and shows everything else. */
const retrieving: FakeParts = {
  intercept: () => {
    let text = '';
    return fakeInterceptor({
      begin: () => void (text = ''),
      push: (bytes) => ((text += decoder.decode(bytes)), text === 'ask' ? new Uint8Array(0) : bytes),
      end: () => ({ bytes: new Uint8Array(0), outcomeJson: JSON.stringify(text === 'ask' ? { kind: 'retrieve', calls: [{ call: 0, id: 'hr_0000000000000000', argumentsJson: '{}' }] } : { kind: 'done', warnings: [], record: { key: 'k', value: '{}' } }) }),
      answer: (texts) => encoder.encode(texts),
    });
  },
};

test('retrievals are answered, and the answer goes on', async () => {
  const { fetch, sent } = setup({ ...retrieving, answers: [() => new Response('ask', { headers: { 'request-id': 'first' } }), () => new Response('more', { headers: { 'request-id': 'second' } })] });
  const response = await fetch(address, post('abc', { headers: { authorization: 'Bearer x', 'x-own': 'y' } }));
  assert.equal(await response.text(), 'more');
  assert.equal(response.headers.get('request-id'), 'first');
  assert.match(await bodyOf(sent[1]!), /no original under this id/);
  assert.equal(new Headers(sent[1]!.init!.headers).get('x-own'), 'y');
});

test('a continuation that is refused ends a whole answer with the refusal, and a stream as the core says', async () => {
  const json = { headers: { 'content-type': 'application/json' } };
  const refusal = () => new Response('{"error":1}', { status: 529, headers: { 'request-id': 'second' } });
  const stream = { recognise: () => ({ kind: 'request', format: 'anthropic', stream: true }) };
  const whole = { recognise: () => ({ kind: 'request', format: 'anthropic', stream: false }) };
  const first = setup({ ...retrieving, ...whole, answers: [() => new Response('ask', json), refusal] });
  const response = await first.fetch(address, post('abc'));
  assert.equal(response.status, 529);
  assert.equal(await response.text(), '{"error":1}');
  const failures: string[] = [];
  const intercept = (): CoreInterceptor => ({
    ...retrieving.intercept!(new Uint8Array(0), {}),
    fail: (reason) => (failures.push(reason), { bytes: encoder.encode('failed'), outcomeJson: JSON.stringify({ kind: 'done', warnings: [] }) }),
  });
  const second = setup({ intercept, ...stream, answers: [() => new Response('ask'), refusal] });
  assert.equal(await (await second.fetch(address, post('abc'))).text(), 'failed');
  assert.match(failures[0]!, /"status":529.*\{\\"error\\":1\}/);
});

test('whoever bears another credential has another scope, which does not tell it', async () => {
  const { fetch, metas } = setup();
  const scopeOf = async (headers: Record<string, string>, url = address) => {
    await (await fetch(url, post('abc', { headers }))).text();
    return (metas.at(-1)!['options'] as { scope: string }).scope;
  };
  const bearer = await scopeOf({ authorization: 'Bearer key-1' });
  assert.match(bearer, /^credential:[0-9a-f]{64}$/);
  assert.doesNotMatch(bearer, /key-1/);
  assert.equal(await scopeOf({ Authorization: 'bearer key-1' }), bearer);
  assert.equal(await scopeOf({ 'x-api-key': 'key-1' }), bearer, 'one version of a client sends it so, another so');
  const others = [await scopeOf({ 'x-api-key': 'key-2' }), await scopeOf({ 'api-key': 'key-3' }), await scopeOf({ 'x-goog-api-key': 'key-4' }), await scopeOf({}, `${address}?key=key-5&alt=sse`), await scopeOf({ 'x-api-key': 'key-1', authorization: 'Bearer key-2' })];
  assert.equal(new Set([bearer, ...others]).size, 6);
  assert.equal(await scopeOf({}), '');
});

test('a scope that is set wins: the request’s, the fetch’s, the engine’s', async () => {
  const headers = { authorization: 'Bearer key-1' };
  const scope = ({ metas }: ReturnType<typeof setup>) => (metas.at(-1)!['options'] as { scope: string }).scope;
  const one = setup({ config: { scope: 'engine' } });
  await one.fetch(address, post('abc', { headers }));
  assert.equal(scope(one), 'engine');
  const two = setup({ config: { scope: 'engine' }, options: { scope: 'fetch' } });
  await two.fetch(address, post('abc', { headers }));
  assert.equal(scope(two), 'fetch');
  await two.fetch(address, post('abc', { headers, headroom: { scope: 'request' } }));
  assert.equal(scope(two), 'request');
  assert.equal('headroom' in two.sent[1]!.init!, false, 'it is no business of the underlying fetch');
});

test('options of one request, and wrong ones', async () => {
  const { fetch, metas, reports, engine } = setup();
  const own: Report[] = [];
  await (await fetch(address, post('abc', { headroom: { lossless: true, onReport: (report) => own.push(report) } }))).text();
  assert.deepEqual(metas[0]!['options'], { lossless: true, scope: '' });
  assert.deepEqual([own.length, reports.length], [1, 0]);
  const store = { get: async () => undefined, put: async () => {} };
  await assert.rejects(fetch(address, post('abc', { headroom: { store } as object })), (error) => HeadroomConfigError.isInstance(error) && error.key === 'store');
  assert.throws(() => engine.fetch({ fetch: 'x' as never }), (error) => HeadroomConfigError.isInstance(error) && error.key === 'fetch');
});

test('what was hidden in earlier turns is put back, whether the store has it or only this process', async () => {
  const failing = { get: async () => Promise.reject(new Error('down')), put: async () => Promise.reject(new Error('down')) };
  for (const config of [{}, { store: failing, secret: 's' }]) {
    const { fetch, metas } = setup({ ...retrieving, config, turns: () => ({ keys: ['k', 'other'], end: 'e' }), answers: [() => new Response('ask'), () => new Response('more')] });
    await (await fetch(address, post('abc'))).text();
    await (await fetch(address, post('abc'))).text();
    assert.equal(metas[0]!['hidden'], undefined);
    assert.deepEqual(metas[1]!['hidden'], { k: '{}' });
  }
});

test('a core that fails leaves requests as they are', async () => {
  for (const parts of [{ recognise: panic }, { bodyStep: panic }, { turns: panic }, { intercept: panic }] as FakeParts[]) {
    const { fetch, sent } = setup(parts);
    assert.equal(await (await fetch(address, post('ABC'))).text(), 'answer', Object.keys(parts)[0]);
    assert.equal(sent[0]!.init!.body, 'ABC');
  }
});

test('a core that fails in the middle of an answer passes it on as it comes', async () => {
  const fails = (at: number): FakeParts => ({
    intercept: () => {
      let pushes = 0;
      // Holds one chunk back, as a core that has not seen the end of an event does.
      let held = new Uint8Array(0) as Uint8Array;
      return fakeInterceptor({
        push: (bytes) => {
          if (pushes++ === at) panic();
          const shown = held;
          held = bytes;
          return shown;
        },
        end: () => ({ bytes: held, outcomeJson: JSON.stringify({ kind: 'done', warnings: [] }) }),
      });
    },
  });
  for (const at of [0, 1, 2, 3, 4]) {
    const { fetch, reports } = setup({ ...fails(at), answers: [() => new Response(streamOf('a', 'b', 'c', 'd').stream)] });
    assert.equal(await (await fetch(address, post('abc'))).text(), 'abcd');
    assert.equal(reports[0]!.warnings.some((warning) => /core failed/.test(warning)), at < 4);
  }
  // After a retrieval only the core knows how the answer goes on.
  let rounds = 0;
  const intercept = (): CoreInterceptor => ({ ...retrieving.intercept!(new Uint8Array(0), {}), begin: () => void (rounds++ === 1 && panic()) });
  const { fetch } = setup({ intercept, answers: [() => new Response('ask'), () => new Response('more')] });
  await assert.rejects((await fetch(address, post('abc'))).text());
});

test('the core’s memory is given back', async () => {
  let [made, freed] = [0, 0];
  const { fetch } = setup({ intercept: () => ((made += 1), fakeInterceptor({ free: () => void (freed += 1) })), answers: [() => new Response('x'), () => new Response('x', { status: 500 }), () => Promise.reject(new Error('down')), () => new Response('x')] });
  await (await fetch(address, post('abc'))).text();
  await fetch(address, post('abc'));
  await assert.rejects(fetch(address, post('abc')));
  await (await fetch(address, post('abc'))).body!.cancel();
  assert.ok(made >= 2);
  assert.equal(freed, made);
});
