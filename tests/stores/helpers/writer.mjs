// Puts entries into a SQLite store until it is killed or has put enough, and says what is put.
// Arguments: the file, a name for its entries, how many batches, bytes of a value.
import { sqliteStore } from 'headroom-js/stores/sqlite';

const [path, name, batches, size] = process.argv.slice(2);
const store = sqliteStore({ path });
for (let batch = 0; batch < Number(batches); batch++) {
  // Another process may be at work for longer than the store waits: then it is put again, as an engine does it.
  for (;;) {
    try {
      await store.put('scope', [0, 1, 2].map((at) => ({ id: `${name}-${batch}-${at}`, value: new Uint8Array(Number(size)).fill(batch + at) })));
      break;
    } catch (error) {
      if (!/locked/.test(error.message)) throw error;
    }
  }
  process.stdout.write(`${batch}\n`);
}
store.close();
