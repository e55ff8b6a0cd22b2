// A real redis-server on a Unix socket, for as long as a test file runs. Where there is none, its tests are skipped, and
// fail where CI is set: `npm test` installs it on Debian.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'redis';

const isThere = spawnSync('redis-server', ['--version']).status === 0;

/** Why tests with Redis are skipped; `false` where they run. */
export const skipRedis: string | false = isThere ? false : 'redis-server is not installed';
if (!isThere) {
  if (process.env['CI']) throw new Error('CI is set, and there is no redis-server to test with');
  console.warn('\n!!! redis-server is not installed: nothing is tested with Redis (on Debian: apt-get install redis-server)\n');
}

/** A server with a folder of its own, which outlives a restart. */
export class RedisServer {
  readonly #folder = mkdtempSync(join(tmpdir(), 'headroom-redis-'));
  readonly #clients: { destroy(): void }[] = [];
  #process: ChildProcess | undefined;

  /** Where it listens. */
  get socket(): string {
    return join(this.#folder, 'redis.sock');
  }

  async start(): Promise<void> {
    const options = ['--port', '0', '--unixsocket', this.socket, '--dir', this.#folder, '--save', '', '--appendonly', 'yes'];
    this.#process = spawn('redis-server', options, { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    for await (const chunk of this.#process.stdout!) {
      said += String(chunk);
      if (said.includes('accept connections')) break;
    }
    if (!said.includes('accept connections')) throw new Error(`redis-server did not start:\n${said}`);
    this.#process.stdout!.resume();
  }

  async client() {
    const client = createClient({ socket: { path: this.socket, reconnectStrategy: false } });
    client.on('error', () => undefined);
    this.#clients.push(client);
    return client.connect();
  }

  async stop(): Promise<void> {
    for (const client of this.#clients.splice(0)) client.destroy();
    if (!this.#process || this.#process.exitCode !== null) return;
    this.#process.kill('SIGTERM');
    await once(this.#process, 'exit');
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
