/**
 * The flags of every command.
 *
 * @module
 */
import type { Flags } from './definition.js';

/** What steers the compression, for every command that compresses. */
const engineFlags = {
  lossless: { type: 'boolean', about: 'Leave nothing out.' },
  query: { type: 'text', short: 'q', value: 'WORDS', about: 'What the reader wants to know: it decides what stays.' },
  model: { type: 'text', short: 'm', value: 'MODEL', about: 'The model that will read the text; it chooses the token counter.' },
  code: { type: 'boolean', about: 'Send source code as an outline; needs the package headroom-code.' },
  'max-block-tokens': { type: 'number', value: 'N', about: 'Leave parts out only of what is larger than this in its lossless form; 4000 by default.' },
  set: { type: 'list', value: 'OPTION=VALUE', about: 'Any other option of an engine, such as minTokensToCompress=0.' },
} as const satisfies Flags;

const storeFlag = { type: 'text', short: 's', value: 'PATH', isFile: true } as const;
const json = { type: 'boolean', about: 'Print JSON, with all figures.' } as const;
const messages = { type: 'boolean', about: 'The input is JSON of messages or of a request body, not one text.' } as const;
const format = {
  type: 'text',
  choices: ['openai', 'anthropic', 'ai-sdk', 'openai-responses', 'gemini'],
  about: 'Whose messages they are, with --messages; told from their shape by default.',
} as const;

export const compressFlags = {
  ...engineFlags,
  messages,
  format,
  store: { ...storeFlag, about: 'Keep the originals of what is left out in this SQLite file, for `headroom retrieve`.' },
  json,
  stats: { type: 'boolean', about: 'Print figures to standard error even where that is no terminal.' },
  quiet: { type: 'boolean', about: 'Print nothing to standard error but errors.' },
} as const satisfies Flags;

export const retrieveFlags = {
  query: { type: 'text', short: 'q', value: 'WORDS', about: 'The parts that match these words.' },
  lines: { type: 'text', value: 'RANGES', about: 'Lines such as 9-820,900, from 1.' },
  rows: { type: 'text', value: 'RANGES', about: 'Rows of a table or array, from 1.' },
  path: { type: 'text', value: 'JSONPATH', about: 'A part of a JSON document (RFC 9535), such as $.items[3].' },
  symbol: { type: 'text', value: 'NAME', about: 'A definition in source code.' },
  whole: { type: 'boolean', about: 'The whole original, byte for byte, instead of a page of it.' },
  store: { ...storeFlag, about: 'The SQLite file in which `headroom compress --store` has kept it.' },
  from: { type: 'text', short: 'f', value: 'FILE', isFile: true, about: 'The file that was compressed; - for standard input.' },
  messages,
  format,
  model: engineFlags.model,
  set: engineFlags.set,
  json,
} as const satisfies Flags;

export const explainFlags = {
  ...engineFlags,
  messages,
  format,
  all: { type: 'boolean', short: 'a', about: 'Show every line: by default long stretches are cut short.' },
} as const satisfies Flags;

export const replayFlags = {
  profile: { type: 'list', value: 'PROFILE', choices: ['default', 'agent'], about: 'Price only this profile.' },
  lossless: engineFlags.lossless,
  model: { type: 'text', short: 'm', value: 'MODEL', about: "Whose tokens are counted; the transcript's own model by default." },
  'cached-price': { type: 'number', value: 'FACTOR', about: 'What a token read from the cache costs, in input tokens; 0.1 by default.' },
  'written-price': { type: 'number', value: 'FACTOR', about: 'What any other token costs; 1.25 by default for Claude, which charges for writing its cache, else 1.' },
  dollars: { type: 'number', value: 'USD', about: 'The price of a million input tokens, to show amounts.' },
  set: engineFlags.set,
  json,
} as const satisfies Flags;

export const doctorFlags = { json } as const satisfies Flags;

export const completionFlags = {} as const satisfies Flags;
