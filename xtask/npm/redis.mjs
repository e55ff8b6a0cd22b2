// A redis-server for the tests of the store in Redis: they start it themselves, on a Unix socket.
import { spawnSync } from 'node:child_process';
import { run } from './steps.mjs';

/** Installs Debian's package where this runs as root, there is apt-get, and no redis-server yet. */
export function provideRedis() {
  if (isThere('redis-server')) return;
  if (process.getuid?.() === 0 && isThere('apt-get')) {
    console.log('The tests with Redis need redis-server: installing by apt-get');
    // In run level 1 the package starts no server of its own.
    const env = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
    run('apt-get', ['update', '--quiet'], env);
    run('apt-get', ['install', '--yes', '--quiet', '--no-install-recommends', 'redis-server'], env);
    return;
  }
  console.warn('There is no redis-server: the tests with Redis are skipped, or fail where CI is set (on Debian: apt-get install redis-server)');
}

function isThere(program) {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
}
