// A redis-server for the tests of the store in Redis: they start it themselves, on a Unix socket.
import { spawnSync } from 'node:child_process';

/** Installs Debian's package where this runs as root, there is apt-get, and no redis-server yet. */
export function provideRedis() {
  if (isThere('redis-server')) return;
  if (process.getuid?.() === 0 && isThere('apt-get')) {
    console.log('The tests with Redis need redis-server: installing by apt-get');
    if (apt('update') && apt('install', '--yes', '--no-install-recommends', 'redis-server')) return;
  }
  console.warn('There is no redis-server: the tests with Redis are skipped, or fail where CI is set (on Debian: apt-get install redis-server)');
}

function isThere(program) {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;
}

function apt(command, ...args) {
  // In run level 1 the package starts no server of its own.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  return spawnSync('apt-get', [command, '--quiet', ...args], { stdio: 'inherit', env }).status === 0;
}
