// Gemini's generateContent and streamGenerateContent.
import { objects, spelled, textEntry, type Answer, type Dialect, type Json } from './dialect.ts';
import { signatureOf, type Entry } from './pieces.ts';

const usageMetadata = { promptTokenCount: 20, candidatesTokenCount: 4, totalTokenCount: 26, thoughtsTokenCount: 2, cachedContentTokenCount: 8 };

function partsOf({ id, pieces }: Answer): Json[] {
  let signed = false;
  return pieces.map((piece) => {
    if (piece.type === 'thought') return { text: piece.text, thought: true };
    if (piece.type === 'speech') return { text: piece.deltas.join('') };
    // The first call of an answer is signed, as with the thinking models.
    const signature = signed ? {} : { thoughtSignature: signatureOf(id, piece.name, JSON.stringify(piece.input)) };
    signed = true;
    return { functionCall: { name: piece.name, args: piece.input }, ...signature };
  });
}

function entriesOf({ role, parts }: Json): Entry[] {
  return joined(objects(parts)).flatMap((part): Entry[] => {
    const call = part['functionCall'] as Json | undefined;
    const response = part['functionResponse'] as Json | undefined;
    if (call) return [['call', '', String(call['name']), spelled(call['args']), String(part['thoughtSignature'] ?? '')]];
    if (response) return [['result', String(response['name']), textOf(response['response'])]];
    // Clients need not resend summaries of thoughts, and mostly do not.
    return part['thought'] === true ? [] : textEntry(role === 'user' ? 'user' : 'text', part['text']);
  });
}

/** Texts that stand beside each other are one: a client may keep the chunks in which they came. */
function joined(parts: readonly Json[]): Json[] {
  const isText = (part: Json | undefined) => typeof part?.['text'] === 'string' && part['thought'] !== true && part['thoughtSignature'] === undefined;
  const all: Json[] = [];
  for (const part of parts) {
    const before = all.at(-1);
    if (before && isText(before) && isText(part)) all[all.length - 1] = { text: `${String(before['text'])}${String(part['text'])}` };
    else all.push(part);
  }
  return all;
}

/** A response is an object; clients put what a tool says under one of these keys. */
function textOf(response: unknown): string {
  const { output, content, result } = (response ?? {}) as Json;
  const said = output ?? content ?? result;
  return typeof said === 'string' ? said : JSON.stringify(said ?? response);
}

const named = (parts: unknown, kind: 'functionCall' | 'functionResponse') => objects(parts).flatMap((part) => (part[kind] ? [String((part[kind] as Json)['name'])] : []));

export const gemini: Dialect = {
  path: /\/models\/[^/]+:(generateContent|streamGenerateContent)$/,
  streams: (path) => path.endsWith(':streamGenerateContent'),

  problems(body) {
    const contents = objects(body['contents']);
    const found: string[] = [];
    contents.forEach(({ role, parts }, at) => {
      if (objects(parts).length === 0) found.push(`contents[${at}]: parts must not be empty`);
      const calls = named(parts, 'functionCall');
      const results = named(parts, 'functionResponse');
      if (role === 'model' && calls.length > 0) {
        const answered = named(contents[at + 1]?.['parts'], 'functionResponse');
        if (answered.length !== calls.length) found.push(`contents[${at}]: the number of function response parts is not equal to the number of function call parts`);
        else if ([...answered].sort().join() !== [...calls].sort().join()) found.push(`contents[${at}]: responses ${answered.join()} to calls ${calls.join()}`);
        const first = objects(parts).find((part) => part['functionCall']);
        if (!first?.['thoughtSignature']) found.push(`contents[${at}]: function call \`${calls[0]}\` is missing a thought_signature`);
      }
      if (results.length > 0 && named(contents[at - 1]?.['parts'], 'functionCall').length === 0) found.push(`contents[${at}]: function responses must come right after function calls`);
    });
    return found;
  },

  seen: (body) => ({
    body,
    tools: objects(body['tools']).flatMap(({ functionDeclarations }) => objects(functionDeclarations).map(({ name }) => String(name))),
    entries: objects(body['contents']).flatMap(entriesOf),
  }),

  produced: (answer) => entriesOf({ role: 'model', parts: partsOf(answer) }),

  json: (answer) => ({
    candidates: [{ content: { parts: partsOf(answer), role: 'model' }, finishReason: answer.truncated ? 'MAX_TOKENS' : 'STOP', index: 0 }],
    usageMetadata,
    modelVersion: answer.model,
    responseId: answer.id,
  }),

  events(answer) {
    const chunk = (parts: Json[], isDelta = false, finish: Json = {}) => ({
      data: `data: ${JSON.stringify({ candidates: [{ content: { parts, role: 'model' }, ...finish, index: 0 }], usageMetadata, modelVersion: answer.model, responseId: answer.id })}\r\n\r\n`,
      isDelta,
    });
    const parts = partsOf(answer);
    const events = answer.pieces.flatMap((piece, at) => (piece.type === 'speech' ? piece.deltas.map((text) => chunk([{ text }], true)) : [chunk([parts[at]!])]));
    // The end comes with an empty text.
    return [...events, chunk([{ text: '' }], false, { finishReason: answer.truncated ? 'MAX_TOKENS' : 'STOP' })];
  },

  error: (status, message) => ({ error: { code: status, message, status: status >= 500 ? 'UNAVAILABLE' : 'INVALID_ARGUMENT' } }),
};
