// Writes cases.json anew: `node tests/corpus/write.ts`. The expected outputs are written by Rust, see README.md.
import { writeFileSync } from 'node:fs';
import { cases } from './cases.ts';

writeFileSync(new URL('cases.json', import.meta.url), `[\n${cases().map((each) => JSON.stringify(each)).join(',\n')}\n]\n`);
