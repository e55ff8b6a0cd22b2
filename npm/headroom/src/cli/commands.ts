/**
 * The commands there are. What each does is loaded when it is called.
 *
 * @module
 */
import { completionScript, shells } from './completion.js';
import { defineCommand, type Command } from './definition.js';
import { exitCodes } from './exit-codes.js';
import { completionFlags, compressFlags, doctorFlags, explainFlags, replayFlags, retrieveFlags } from './flags.js';
import { print } from './terminal.js';

const file = { name: 'FILE', optional: true, isFile: true } as const;

/** All commands, in the order of `--help`. */
export const commands: readonly Command[] = [
  defineCommand({
    name: 'compress',
    summary: 'Write a smaller form of a file or of standard input.',
    details:
      'Reads what a tool has put out, a file or standard input, and writes what a model should get instead to standard output. What does not get smaller is written as it is.',
    arguments: [file],
    flags: compressFlags,
    examples: [
      ['npm ls --all --json | headroom compress', 'what another program puts out'],
      ['headroom compress --query "which bookings failed?" service.log', 'with a question, which decides what stays'],
      ['headroom compress --store ~/.headroom/originals.db service.log', 'keeps the original for `headroom retrieve`'],
      ['headroom compress --messages request.json > smaller.json', 'the tool results in a conversation or a request body'],
    ],
    run: async (invocation) => (await import('./commands/compress.js')).run(invocation),
  }),
  defineCommand({
    name: 'retrieve',
    summary: 'Bring back what was left out.',
    details:
      'Answers a handle such as hr_k3f9m2q7x4tb0c5d with the part of the original that is asked for, or with its first page. The original comes from a store or from the file that was compressed.',
    arguments: [{ name: 'ID' }],
    flags: retrieveFlags,
    examples: [
      ['headroom retrieve hr_k3f9m2q7x4tb0c5d --from service.log --lines 900-920', 'from the file'],
      ['headroom retrieve hr_k3f9m2q7x4tb0c5d --store ~/.headroom/originals.db --query berth', 'from the store'],
    ],
    run: async (invocation) => (await import('./commands/retrieve.js')).run(invocation),
  }),
  defineCommand({
    name: 'explain',
    summary: 'Show before and after side by side, and why.',
    details:
      'Shows a text and what a model would get instead side by side, as wide as the terminal; then, for every omission, what was left out, by which method and how it comes back.',
    arguments: [file],
    flags: explainFlags,
    examples: [
      ['headroom explain service.log | less -R', 'one text'],
      ['headroom explain --messages conversation.json', 'every tool result of a conversation that gets smaller'],
    ],
    run: async (invocation) => (await import('./commands/explain.js')).run(invocation),
  }),
  defineCommand({
    name: 'replay',
    summary: 'Price a session of your own with and without Headroom.',
    details:
      'Replays a transcript request by request, each with all messages so far, and prices its input as a provider with a prompt cache does: what equals the request before is read from the cache, the rest is written. Reads sessions of Claude Code (~/.claude/projects) and Codex (~/.codex/sessions), and JSON of messages of OpenAI, Anthropic or the AI SDK. Nothing leaves this machine.',
    arguments: [{ name: 'FILE', many: true, isFile: true }],
    flags: replayFlags,
    examples: [
      ['headroom replay ~/.claude/projects/my-project/*.jsonl', 'sessions of Claude Code'],
      ['headroom replay --dollars 3 conversation.json', 'with amounts, at 3 dollars a million tokens'],
    ],
    run: async (invocation) => (await import('./commands/replay.js')).run(invocation),
  }),
  defineCommand({
    name: 'doctor',
    summary: 'Check this installation, and say what to do about it.',
    details: 'Says which runtime and which core are in use and why, checks vocabularies and stores, and takes a text through compression and back.',
    arguments: [],
    flags: doctorFlags,
    examples: [['headroom doctor', 'ends with 1 if something is wrong']],
    run: async (invocation) => (await import('./commands/doctor.js')).run(invocation),
  }),
  defineCommand({
    name: 'completion',
    summary: 'Print a completion script for a shell.',
    details: 'Prints a script that completes commands, flags and their values.',
    arguments: [{ name: 'SHELL', choices: shells }],
    flags: completionFlags,
    examples: [
      ['source <(headroom completion bash)', 'in ~/.bashrc; in ~/.zshrc with zsh'],
      ['headroom completion fish | source', 'in ~/.config/fish/config.fish'],
    ],
    run: async ({ positionals }) => {
      await print(completionScript(positionals[0]!, commands));
      return exitCodes.done;
    },
  }),
];
