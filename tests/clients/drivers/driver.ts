// A client library as the scenarios use it: an agent's loop, one request at a time.

/** A call that the client has to answer itself. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
}

/** One turn of the model as the client's own parser gives it. */
export interface Turn {
  readonly text: string;
  readonly calls: readonly ToolCall[];
  /** The provider's reason, in its own word. */
  readonly stop: string;
  /** Input tokens, those from the cache where they are counted apart, and output tokens, as the client reports them. */
  readonly usage: { readonly input: number; readonly output: number };
  /** The answer as the client parsed it. */
  readonly raw: unknown;
}

/** How a turn is asked for. */
export interface AskOptions {
  readonly stream: boolean;
  readonly signal?: AbortSignal;
  /** Called with each delta of text. */
  readonly onText?: (text: string) => void;
}

/** One conversation held by a client. */
export interface Session {
  /** Goes on with another configuration: a new process, as far as Headroom can tell. */
  restart(headroom: object): void;
  /** The user says something. */
  user(text: string): void;
  /** The model's next turn, which joins the conversation. */
  ask(options: AskOptions): Promise<Turn>;
  /** The results of the last turn's calls, in order. */
  results(results: readonly { readonly call: ToolCall; readonly text: string }[]): void;
}

/** Options of the client under test. */
export interface SessionOptions {
  /** The server, without a version. */
  readonly origin: string;
  /** Configuration of Headroom, or an engine. */
  readonly headroom?: object;
}

/** One client library with one API. */
export interface Driver {
  readonly name: string;
  /** What usage one round of the scripted server comes to in this client's terms. */
  readonly usage: { readonly input: number; readonly output: number };
  /** Words for the end of a turn and for a call of the client's tools. */
  readonly stops: { readonly end: string; readonly calls: string };
  open(options: SessionOptions): Session;
}

/** The tools of the agent: `list` gives much, `note` gives little. */
export const toolNames = ['list', 'note'] as const;
export const description = 'A tool of the agent.';
export const parameters = { type: 'object' as const, properties: { about: { type: 'string' as const } } };
