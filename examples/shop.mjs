// What the examples' agents are asked about: the orders of a shop, far too many for a model to read.
import { readFileSync } from 'node:fs';
import { call, handleIn, say } from './fake-model.mjs';

const orders = JSON.parse(readFileSync(new URL('data/orders.json', import.meta.url), 'utf8'));

export const question = 'What did the 200th order cost?';

/** The tool of the agents. */
export const tool = { name: 'list_orders', description: 'Lists all orders.', parameters: { type: 'object', properties: {} } };
export const listOrders = async () => JSON.stringify(orders);

/** What the fake model does: it lists the orders, asks for the row that was left out, and answers. */
export const script = [
  () => [call('list_orders')],
  (results) => [say('I need one row that was left out. '), call('headroom_retrieve', { id: handleIn(results), rows: '200' })],
  (results) => [say(`Order 200 cost ${priceIn(results.at(-1))}.`)],
];

function priceIn(answer) {
  const row = orders.find(({ id }) => answer.includes(String(id)));
  if (!row) throw new Error(`the answer does not hold what was asked for: ${answer}`);
  return `${(row.total_cents / 100).toFixed(2)} ${row.currency}`;
}

/** Prints what an engine has saved. */
export function printStats(print, { requests, tokensBefore, tokensSaved, retrievals, retrievedTokens }) {
  print(`  in ${requests} requests          ${tokensSaved} of ${tokensBefore} tokens saved, after ${retrievals} retrieval of ${retrievedTokens} tokens`);
}
