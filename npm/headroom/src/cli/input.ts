/**
 * What a command reads: a file, or standard input.
 *
 * @module
 */
import { readFile } from 'node:fs/promises';
import { inputError, usageError } from './exit-codes.js';
import { withProgress } from './terminal.js';

/** What was read. */
export interface Input {
  readonly bytes: Uint8Array;
  /** The file's path; `undefined` for standard input. */
  readonly file: string | undefined;
  /** The bytes as text; `undefined` where they are not UTF-8. */
  readonly text: string | undefined;
}

/** Reads `file`; standard input for `-` or without one. */
export async function readInput(file: string | undefined): Promise<Input> {
  const isStdin = file === undefined || file === '-';
  const bytes = isStdin ? await readStdin() : await readPath(file);
  return { bytes, file: isStdin ? undefined : file, text: textOf(bytes) };
}

/** {@link readInput} of something that has to be text. */
export async function readText(file: string | undefined): Promise<Input & { readonly text: string }> {
  const input = await readInput(file);
  if (input.text === undefined) throw inputError(`${input.file ?? 'the input'} is not UTF-8 text`);
  return { ...input, text: input.text };
}

/** The text of UTF-8 with every byte of it, a byte order mark included; `undefined` for anything else. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

async function readPath(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw inputError(`cannot read ${file}: ${reasonOf(error)}`, error);
  }
}

async function readStdin(): Promise<Uint8Array> {
  if (process.stdin.isTTY) throw usageError('there is nothing to read: name a file, or pipe something in');
  const chunks: Uint8Array[] = [];
  let size = 0;
  return withProgress('reading', async (progress) => {
    for await (const chunk of process.stdin) {
      chunks.push(chunk as Uint8Array);
      size += (chunk as Uint8Array).length;
      progress.update(`reading, ${(size / 1e6).toFixed(1)} MB`);
    }
    return Buffer.concat(chunks, size);
  });
}

/** What an error of the file system means, in a few words. */
export function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'it is a folder';
  if (code === 'EACCES' || code === 'EPERM') return 'permission denied';
  return error instanceof Error ? error.message : String(error);
}
