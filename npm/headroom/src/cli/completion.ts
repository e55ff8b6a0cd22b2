/**
 * Completion scripts for shells, made from the definitions.
 *
 * @module
 */
import { flagsOf, type Command, type Flag } from './definition.js';

/** The shells there are scripts for. */
export const shells = ['bash', 'zsh', 'fish'] as const;

/** The script that `headroom completion SHELL` prints. */
export function completionScript(shell: string, commands: readonly Command[]): string {
  if (shell === 'fish') return fish(commands);
  return shell === 'zsh' ? zsh(commands) : bash(commands);
}

function spellings(command: Command): string[] {
  return flagsOf(command).flatMap(([name, { short }]) => [`--${name}`, ...(short === undefined ? [] : [`-${short}`])]);
}

/** The words a command's argument may be, and whether it is a file. */
function argumentOf({ arguments: [first] }: Command): { words: readonly string[]; isFile: boolean } {
  return { words: first?.choices ?? [], isFile: first?.isFile === true };
}

function bash(commands: readonly Command[]): string {
  const cases = commands.map((command) => {
    const values = flagsOf(command)
      .filter(([, { type }]) => type !== 'boolean')
      .map(([name, flag]) => `      --${name}) ${bashValues(flag)}; return ;;`);
    const { words, isFile } = argumentOf(command);
    return [
      `  ${command.name})`,
      ...(values.length > 0 ? ['    case "$previous" in', ...values, '    esac'] : []),
      `    if [[ $current == -* ]]; then COMPREPLY=($(compgen -W "${spellings(command).join(' ')}" -- "$current"))`,
      `    else ${isFile ? 'compopt -o default 2>/dev/null; COMPREPLY=()' : `COMPREPLY=($(compgen -W "${words.join(' ')}" -- "$current"))`}; fi`,
      '    ;;',
    ].join('\n');
  });
  return `# Completion of headroom for bash: source <(headroom completion bash)
_headroom() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W "${[...commands.map(({ name }) => name), '--help', '--version'].join(' ')}" -- "$current"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
  esac
}
complete -F _headroom headroom
`;
}

function bashValues({ choices, isFile }: Flag): string {
  if (choices) return `COMPREPLY=($(compgen -W "${choices.join(' ')}" -- "$current"))`;
  return isFile === true ? 'compopt -o default 2>/dev/null' : 'COMPREPLY=()';
}

function zsh(commands: readonly Command[]): string {
  const quoted = (text: string): string => text.replaceAll("'", "'\\''").replaceAll(/[[\]:]/g, '\\$&');
  const cases = commands.map((command) => {
    const flags = flagsOf(command).flatMap(([name, flag]) => {
      const names = [`--${name}`, ...(flag.short === undefined ? [] : [`-${flag.short}`])];
      return names.map((spelled) => `'${flag.type === 'list' ? '*' : ''}${spelled}[${quoted(flag.about)}]${zshValue(flag)}'`);
    });
    const { words, isFile } = argumentOf(command);
    const rest = isFile ? ["'*:file:_files'"] : words.length > 0 ? [`'1:value:(${words.join(' ')})'`] : [];
    return `    ${command.name}) _arguments ${[...flags, ...rest].join(' ')} ;;`;
  });
  return `#compdef headroom
# Completion of headroom for zsh: source <(headroom completion zsh)
_headroom() {
  if ((CURRENT == 2)); then
    local -a commands=(${commands.map(({ name, summary }) => `'${name}:${quoted(summary)}'`).join(' ')})
    _describe command commands
    return
  fi
  local command=$words[2]
  shift words
  ((CURRENT--))
  case $command in
${cases.join('\n')}
  esac
}
compdef _headroom headroom
`;
}

function zshValue({ type, choices, isFile, value }: Flag): string {
  if (type === 'boolean') return '';
  if (choices) return `:value:(${choices.join(' ')})`;
  return isFile === true ? ':file:_files' : `:${value ?? 'value'}: `;
}

function fish(commands: readonly Command[]): string {
  const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const lines = commands.flatMap((command) => {
    const when = `-n '__fish_seen_subcommand_from ${command.name}'`;
    const { words, isFile } = argumentOf(command);
    return [
      `complete -c headroom -n __fish_use_subcommand -f -a ${command.name} -d ${quoted(command.summary)}`,
      ...flagsOf(command).map(([name, flag]) => {
        const short = flag.short === undefined ? '' : ` -s ${flag.short}`;
        const value = flag.type === 'boolean' ? '' : flag.choices ? ` -x -a ${quoted(flag.choices.join(' '))}` : flag.isFile === true ? ' -r -F' : ' -x';
        return `complete -c headroom ${when} -l ${name}${short}${value} -d ${quoted(flag.about)}`;
      }),
      ...(isFile ? [] : [`complete -c headroom ${when} -f${words.length > 0 ? ` -a ${quoted(words.join(' '))}` : ''}`]),
    ];
  });
  return `# Completion of headroom for fish: headroom completion fish | source\n${lines.join('\n')}\n`;
}
