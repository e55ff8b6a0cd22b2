/**
 * Modules that stand beside the core (grammars, models): the core asks for them by name, the host calls them.
 *
 * Owns the calling. It judges nothing: the core validates what a module hands back.
 *
 * @module
 */
import type { Omission } from './report.js';

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

/** The modules of one engine. */
export class HostModules {
  readonly #modules: ReadonlyMap<string, HostModule>;

  constructor(modules: readonly HostModule[]) {
    this.#modules = new Map(modules.map((module) => [module.name, module]));
  }

  /** What the core has to know of them. */
  toJson(): string {
    return JSON.stringify([...this.#modules.values()].map(({ name, kinds }) => ({ name, kinds })));
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
        const candidates = this.#modules.get(module)?.compress(task) ?? [];
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
