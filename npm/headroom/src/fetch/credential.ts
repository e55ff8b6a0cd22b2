/**
 * Whose request it is, by the credential it bears: one process may serve many tenants through one `fetch`.
 *
 * @module
 */
import { sha256 } from '../sha256.js';

const headerNames = ['authorization', 'x-api-key', 'api-key', 'x-goog-api-key'];

/** A scope for every credential, from which it cannot be read; `undefined` for a request that bears none. */
export function credentialScope(url: string, headers: Headers): string | undefined {
  const borne = headerNames.flatMap((name) => {
    const value = headers.get(name);
    // The same key comes as a bearer's from one version of a client and by itself from another.
    return value === null ? [] : [value.replace(/^bearer\s+/i, '')];
  });
  const query = url.indexOf('?');
  const key = query < 0 ? null : new URLSearchParams(url.slice(query)).get('key');
  if (key !== null) borne.push(key);
  return borne.length === 0 ? undefined : `credential:${sha256(JSON.stringify([...new Set(borne)]))}`;
}
