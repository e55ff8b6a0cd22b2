// A provider on the loopback interface: it plays scripted answers in the shapes of the real ones, and refuses what the real
// ones refuse.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { anthropic } from './anthropic.ts';
import type { Answer, Dialect } from './dialect.ts';
import { gemini } from './gemini.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiResponses } from './openai-responses.ts';
import type { Entry, Round, Seen } from './pieces.ts';

const dialects = [anthropic, openaiChat, openaiResponses, gemini];

/** One conversation that the server plays, at an address of its own. */
export class Conversation {
  /** Where its APIs are, without a version. */
  readonly origin: string;
  /** What was sent, request by request. */
  readonly requests: Seen[] = [];
  /** What a real provider would have refused, in all requests. */
  readonly problems: string[] = [];
  /** Connections that went away before their answer was complete. */
  readonly aborted: Promise<void>;
  readonly #script: Round[];
  /** What the next request has to begin with. */
  #expected: readonly Entry[] = [];
  /** What was signed in this conversation. */
  readonly #signed = new Set<string>();
  #onAborted = () => {};

  constructor(origin: string, script: readonly Round[]) {
    this.origin = origin;
    this.#script = [...script];
    this.aborted = new Promise((resolve) => (this.#onAborted = resolve));
  }

  /** How many answers of the script were not asked for. */
  get left(): number {
    return this.#script.length;
  }

  /** Adds answers to the script. */
  push(...rounds: Round[]): void {
    this.#script.push(...rounds);
  }

  /** The last call was dropped on its way to the client: the next request comes without it. */
  forgetLastCall(): void {
    const at = this.#expected.findLastIndex(([kind]) => kind === 'call');
    this.#expected = this.#expected.filter((_, index) => index !== at);
  }

  /** What was sent before is no longer expected at the beginning of the next request. */
  forget(): void {
    this.#expected = [];
  }

  async play(dialect: Dialect, path: string, body: Record<string, unknown>, response: ServerResponse): Promise<void> {
    response.on('close', () => response.writableFinished || this.#onAborted());
    const seen = dialect.seen(body);
    if (path.endsWith('/count_tokens')) {
      this.requests.push(seen);
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ input_tokens: JSON.stringify(body).length }));
      return;
    }
    const problems = [...dialect.problems(body), ...this.#unlikeBefore(seen), ...this.#forged(seen)];
    this.requests.push(seen);
    this.problems.push(...problems);
    if (problems.length > 0) return refuse(response, 400, dialect.error(400, problems.join('; ')));
    const round = this.#script.shift();
    if (!round) return refuse(response, 500, dialect.error(500, 'the script has come to its end'));
    const reply = await round(seen);
    if ('status' in reply) return refuse(response, reply.status, dialect.error(reply.status, reply.message));
    const id = `${this.requests.length}`.padStart(4, '0');
    const model = String(body['model'] ?? /models\/([^:]+)/.exec(path)?.[1]);
    const answer: Answer = { id, model, pieces: reply.pieces, truncated: reply.truncated ?? false };
    const produced = dialect.produced(answer);
    this.#expected = [...seen.entries, ...produced];
    for (const entry of produced.filter(isSigned)) this.#signed.add(JSON.stringify(entry));
    const headers = { 'request-id': `req_${id}`, 'x-request-id': `req_${id}` };
    if (!dialect.streams(path, body)) {
      response.writeHead(200, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify(dialect.json(answer)));
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', ...headers });
    let waited = false;
    for (const { data, isDelta } of dialect.events(answer)) {
      if (response.destroyed) return;
      response.write(data);
      if (!isDelta || waited) continue;
      waited = true;
      await reply.afterFirstDelta;
    }
    response.end();
  }

  /** Each request is the one before with what was produced since: prompt caches and signatures live on that. */
  #unlikeBefore({ entries }: Seen): string[] {
    const at = this.#expected.findIndex((entry, index) => JSON.stringify(entry) !== JSON.stringify(entries[index]));
    if (at < 0) return [];
    return [`item ${at} was ${JSON.stringify(this.#expected[at])} and is ${JSON.stringify(entries[at])}`];
  }

  /** What is signed has to come back with what its signature is for. */
  #forged({ entries }: Seen): string[] {
    return entries.filter((entry) => isSigned(entry) && !this.#signed.has(JSON.stringify(entry))).map((entry) => `nobody has signed ${JSON.stringify(entry)}`);
  }
}

/** Reasoning, and calls that bear a signature, unless it asks not to be looked at. */
function isSigned(entry: Entry): boolean {
  const signature = entry[0] === 'thought' ? entry[2] : entry[0] === 'call' ? entry[4] : undefined;
  return signature !== undefined && signature !== '' && signature !== 'skip_thought_signature_validator';
}

/** The server of one test file. */
export class Provider {
  readonly #server: Server;
  readonly #conversations = new Map<string, Conversation>();
  #count = 0;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<Provider> {
    const provider: Provider = new Provider(createServer((request, response) => void provider.#serve(request, response)));
    await new Promise<void>((resolve) => provider.#server.listen(0, '127.0.0.1', resolve));
    return provider;
  }

  /** A conversation that answers with `script`. */
  conversation(...script: Round[]): Conversation {
    const name = `c${(this.#count += 1)}`;
    const { port } = this.#server.address() as AddressInfo;
    const conversation = new Conversation(`http://127.0.0.1:${port}/${name}`, script);
    this.#conversations.set(name, conversation);
    return conversation;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const { pathname } = new URL(request.url ?? '/', 'http://localhost');
      const conversation = this.#conversations.get(pathname.split('/')[1] ?? '');
      const dialect = dialects.find(({ path }) => path.test(pathname));
      const bytes = await read(request);
      if (!conversation || !dialect) return refuse(response, 404, { error: { message: `there is nothing at ${pathname}` } });
      const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString('utf8');
      await conversation.play(dialect, pathname, JSON.parse(text) as Record<string, unknown>, response);
    } catch (error) {
      refuse(response, 500, { error: { message: String(error) } });
    }
  }
}

function refuse(response: ServerResponse, status: number, body: object): void {
  // Clients repeat what failed; these tests want to see the first failure.
  response.writeHead(status, { 'content-type': 'application/json', 'x-should-retry': 'false' });
  response.end(JSON.stringify(body));
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
