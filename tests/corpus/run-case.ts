// Takes a case through a core, and writes down what came out, the way Rust's test does.
import { faultOf } from '../../npm/headroom/dist/core/fault.js';
import type { Core } from '../../npm/headroom/dist/core/types.js';
import type { Case } from './cases.ts';

/** Sections of expected outputs, in the order of the cases: one for each case and configuration. */
export function sections(core: Core, cases: readonly Case[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const each of cases) {
    for (const config of each.configs) found.set(`${each.name} ${JSON.stringify(config)}`, run(core, each, config));
  }
  return found;
}

/** What a fresh engine makes of a case; a second time, from memory, it must be the same. */
function run(core: Core, { meta, texts, body }: Case, config: object): string {
  const engine = new core.Engine(JSON.stringify(config), '[]');
  const metaJson = JSON.stringify(meta);
  const once = (): string => {
    try {
      if (body === undefined) {
        const result = engine.step([...(texts ?? [])], metaJson);
        return written(result.outcomeJson, result.texts);
      }
      const result = engine.bodyStep(new TextEncoder().encode(body), metaJson);
      return written(result.outcomeJson, result.body ? [new TextDecoder().decode(result.body)] : []);
    } catch (error) {
      const fault = faultOf(error);
      if (!fault) throw error;
      return `error ${fault.code}: ${fault.message}\n`;
    }
  };
  const first = once();
  if (once() !== first) throw new Error('the second time, an engine made something else of the same input');
  return first;
}

function written(outcomeJson: string, texts: readonly string[]): string {
  return [outcomeJson, ...texts.map((text) => `--- text\n${text}`)].join('\n') + '\n';
}

/** The groups of sections as the contents of files, by the group's name. */
export function groups(all: ReadonlyMap<string, string>): Map<string, string> {
  const files = new Map<string, string>();
  for (const [name, section] of all) {
    const group = name.slice(0, name.indexOf('/'));
    files.set(group, `${files.get(group) ?? ''}=== ${name}\n${section}`);
  }
  return files;
}
