/**
 * Modules that stand beside the core (grammars, models): the core asks for them by name, the host calls them.
 *
 * Owns the calling, and finding the module that the option `code` needs. It judges nothing: the core validates what a module
 * hands back.
 *
 * @module
 */
import { installed } from '#installed';
import { HeadroomConfigError } from './errors.js';
import { isShape } from './lift/block.js';
import type { Omission } from './report.js';
import { version } from './version.js';

/** What a module is asked: one block that the core would like to see shorter. */
export interface ModuleTask {
  readonly text: string;
  /** What the reader wants to know. */
  readonly query: unknown;
  /** Tokens that are wanted at most. */
  readonly budget: number;
}

/** One way to write a block shorter. Without omissions it claims to be lossless. */
export interface ModuleCandidate {
  readonly text: string;
  readonly method: string;
  readonly omissions: readonly Omission[];
}

/** A module: its name is what the core asks for. */
export interface HostModule {
  readonly name: string;
  /** The kinds of blocks it can shorten, as the core names them. */
  readonly kinds: readonly string[];
  compress(task: ModuleTask): readonly ModuleCandidate[] | Promise<readonly ModuleCandidate[]>;
  /** {@link compress} at once, where that is another matter. */
  compressSync?(task: ModuleTask): readonly ModuleCandidate[];
  /** The version of this package that it belongs to, if it belongs to one. */
  readonly version?: string;
  /** Loads what it consists of, where that takes time. */
  load?(): Promise<void>;
  /** {@link load} at once; throws where that is not possible. */
  loadSync?(): void;
}

/** What the core asks for before it can go on. */
export interface Need extends ModuleTask {
  readonly module: string;
  readonly block: number;
}

/** A module's answer to a need. */
export interface ModuleAnswer {
  readonly module: string;
  readonly block: number;
  readonly candidates: readonly ModuleCandidate[];
}

/** The package whose module the option `code` needs, and the kinds that the core asks it for. */
const grammars = { name: 'headroom-code', kinds: ['code'] } as const;

/** The modules of one engine. */
export class HostModules {
  readonly #modules: Map<string, HostModule>;

  constructor(modules: readonly HostModule[]) {
    this.#modules = new Map(modules.map((module) => [module.name, module]));
  }

  /** What the core has to know of them. Any call may set `code`, so its module is always among them. */
  toJson(): string {
    const listed = this.#modules.has(grammars.name) ? [] : [grammars];
    return JSON.stringify([...this.#modules.values(), ...listed].map(({ name, kinds }) => ({ name, kinds })));
  }

  /** The module that `code` needs: the one that was handed over, else the package that is installed. */
  requireGrammars(): HostModule {
    const known = this.#modules.get(grammars.name);
    if (known) return known;
    let module: unknown;
    try {
      module = (installed(grammars.name) as { readonly code?: unknown }).code;
    } catch (cause) {
      throw new HeadroomConfigError('code', grammarsAbsent, { cause });
    }
    if (!isModule(module)) throw new HeadroomConfigError('code', grammarsAbsent);
    if (module.version !== version) {
      const versions = `headroom-js is ${version} and headroom-code ${module.version}`;
      throw new HeadroomConfigError('code', `needs both packages in one version, but ${versions}`);
    }
    this.#modules.set(grammars.name, module);
    return module;
  }

  /** Loads the module that `code` needs. */
  async loadGrammars(): Promise<void> {
    const module = this.requireGrammars();
    try {
      await module.load?.();
    } catch (cause) {
      throw grammarsFailed(cause);
    }
  }

  /** {@link loadGrammars} at once. */
  loadGrammarsSync(): void {
    const module = this.requireGrammars();
    try {
      module.loadSync?.();
    } catch (cause) {
      throw grammarsFailed(cause);
    }
  }

  /** Answers `needs`. A module that fails has no candidates, and `warn` is told. */
  async answer(needs: readonly Need[], warn: (warning: string) => void): Promise<ModuleAnswer[]> {
    return Promise.all(
      needs.map(async ({ module, block, ...task }) => {
        try {
          return { module, block, candidates: written((await this.#modules.get(module)?.compress(task)) ?? []) };
        } catch (error) {
          warn(failure(module, error));
          return { module, block, candidates: [] };
        }
      }),
    );
  }

  /** {@link answer} at once: a module that needs time has no candidates. */
  answerSync(needs: readonly Need[], warn: (warning: string) => void): ModuleAnswer[] {
    return needs.map(({ module, block, ...task }) => {
      try {
        const found = this.#modules.get(module);
        const candidates = (found?.compressSync ? found.compressSync(task) : found?.compress(task)) ?? [];
        if (!(candidates instanceof Promise)) return { module, block, candidates: written(candidates) };
        candidates.catch(() => undefined);
        warn(`the module ${module} works asynchronously and was left out: use compress() instead of compressSync()`);
      } catch (error) {
        warn(failure(module, error));
      }
      return { module, block, candidates: [] };
    });
  }
}

/** `candidates` if they can be written as JSON, on their way to the core; fails where the module is to blame. */
function written(candidates: readonly ModuleCandidate[]): readonly ModuleCandidate[] {
  return JSON.parse(JSON.stringify(candidates) ?? 'null') as readonly ModuleCandidate[];
}

/** Names the kind of error only: its message may quote the text. */
function failure(module: string, error: unknown): string {
  return `the module ${module} failed (${error instanceof Error ? error.name : typeof error}); its blocks were left to the others`;
}

/** Fails unless `modules` are modules. */
export function checkModules(modules: unknown): void {
  if (modules === undefined || (Array.isArray(modules) && modules.every(isModule))) return;
  throw new HeadroomConfigError('modules', 'must be an array of modules, as that of the package headroom-code');
}

function isModule(value: unknown): value is HostModule {
  return isShape(value) && typeof value['name'] === 'string' && Array.isArray(value['kinds']) && typeof value['compress'] === 'function';
}

const grammarsAbsent =
  'needs the package headroom-code: run `npm install headroom-code`, and where packages are not found by themselves (on the edge, ' +
  "in browsers and bundles) pass its module: createHeadroom({ code: true, modules: [code] }) with import { code } from 'headroom-code'";

function grammarsFailed(cause: unknown): HeadroomConfigError {
  return new HeadroomConfigError('code', cause instanceof Error ? cause.message : 'the package headroom-code cannot be loaded', { cause });
}
