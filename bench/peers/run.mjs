#!/usr/bin/env node
// Measures this app beside bare axum and a small Flask app: pages and logins a second, CPU for each, memory after it.
//
// The server is pinned to one processor, the load and the fake TikTok to another; every round starts it anew, over a new
// database. Figures are medians of the rounds. Ratios of one run are what counts: absolute figures depend on the machine.
//
//   run.mjs [--rounds 3] [--seconds 8] [axum flask app]
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const [SERVER, LOAD] = [0, 1];
const CONNECTIONS = 64;
const LOGINS_AT_ONCE = 32;
const TIKTOK_PORT = 18_900;
const TIKTOK = `http://127.0.0.1:${TIKTOK_PORT}`;
const here = import.meta.dirname;
const root = join(here, '../..');
const built = (name) => join(here, 'target/release', name);
const venv = join(here, 'flask/.venv/bin');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '3' }, seconds: { type: 'string', default: '8' } },
});
const seconds = Number(values.seconds);
const folder = mkdtempSync(join(tmpdir(), 'bench-peers.'));
const running = new Set();

const peers = {
  axum: { port: 18_901, command: [built('bare_axum')], settings: (database) => ({ DATABASE: database, TIKTOK, PORT: '18901' }) },
  flask: {
    port: 18_902,
    command: [join(venv, 'gunicorn'), 'app:app', '-b', '127.0.0.1:18902', '-w', '2', '-k', 'gthread', '--threads', '8', '--log-level', 'warning'],
    cwd: join(here, 'flask'),
    settings: (database) => ({ DATABASE: database, TIKTOK, PORT: '18902', SYNC: process.env.SYNC ?? 'NORMAL' }),
  },
  app: { port: 18_903, command: [join(root, 'target/release/creator-connect'), 'serve'], settings: appSettings },
};

function appSettings(database) {
  return {
    STORE: 'sqlite', SQLITE_PATH: database, JOURNAL_DIR: `${database}.journal`, LOG_DIR: `${database}.logs`,
    TLS_MODE: 'off', HOST: '127.0.0.1', PORT: '18903', SITE_ROOT: process.env.SITE_ROOT ?? join(root, 'target/site'),
    TIKTOK_CLIENT_KEY: 'benchkey', TIKTOK_CLIENT_SECRET: 'bench-secret', TIKTOK_PKCE: 'none',
    TIKTOK_REDIRECT_URI: 'http://127.0.0.1:18903/webhook', TIKTOK_AUTHORIZE_URL: `${TIKTOK}/authorize`, TIKTOK_API_URL: TIKTOK,
    ENCRYPTION_KEYS: `bench:${Buffer.alloc(32, 7).toString('base64')}`,
  };
}

async function main() {
  const names = positionals.length > 0 ? positionals : Object.keys(peers);
  const tiktok = start(LOAD, [built('fake_tiktok')], { PORT: String(TIKTOK_PORT) });
  await ready(`${TIKTOK}/v2/user/info/`);
  const results = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 1; round <= Number(values.rounds); round++) {
    for (const name of names) {
      results[name].push(await measure(name));
      console.error(`round ${round}: ${name} ${JSON.stringify(results[name].at(-1))}`);
    }
  }
  tiktok.kill();
  print(results);
}

/** One round of one server. */
async function measure(name) {
  const { port, command, cwd, settings } = peers[name];
  const database = join(mkdtempSync(join(folder, `${name}.`)), 'bench.db');
  const server = start(SERVER, command, settings(database), cwd);
  const origin = `http://127.0.0.1:${port}`;
  await ready(`${origin}/`);
  const cookies = pinned(LOAD, [built('driver'), origin, '0', '1']).trim();
  const start_ = load(server, `${origin}/`);
  const profile = load(server, `${origin}/profile`, cookies);
  const logins = logIn(server, origin);
  const megabytes = memory(server.pid);
  server.kill('SIGTERM');
  await new Promise((resolve) => server.once('exit', resolve));
  return { start: start_, profile, logins, megabytes };
}

/** Requests of one page for some seconds, after a shorter run to warm up. */
function load(server, url, cookies) {
  const wrk = (duration) => pinned(LOAD, ['wrk', '-t1', `-c${CONNECTIONS}`, `-d${duration}s`, ...(cookies ? ['-H', `Cookie: ${cookies}`] : []), url]);
  wrk(2);
  const before = cpu(server.pid);
  const output = wrk(seconds);
  const requests = Number(/(\d+) requests in/.exec(output)[1]);
  if (/Non-2xx/.test(output)) throw new Error(`${url} failed:\n${output}`);
  return { perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(output)[1]), micros: ((cpu(server.pid) - before) / requests) * 1e6 };
}

function logIn(server, origin) {
  pinned(LOAD, [built('driver'), origin, '2', String(LOGINS_AT_ONCE)]);
  const before = cpu(server.pid);
  const result = JSON.parse(pinned(LOAD, [built('driver'), origin, String(seconds), String(LOGINS_AT_ONCE)]));
  if (result.errors > 0) throw new Error(`${result.errors} logins failed`);
  return { ...result, micros: ((cpu(server.pid) - before) / result.logins) * 1e6 };
}

function start(processor, command, settings, cwd = root) {
  const log = openSync(join(folder, 'servers.log'), 'a');
  const child = spawn('taskset', ['-c', String(processor), ...command], { cwd, env: { PATH: process.env.PATH, ...settings }, stdio: ['ignore', log, log] });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

function pinned(processor, command) {
  const done = spawnSync('taskset', ['-c', String(processor), ...command], { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`${command.join(' ')} failed: ${done.stderr}`);
  return done.stdout;
}

async function ready(url) {
  for (let tries = 0; tries < 300; tries++) {
    if (await fetch(url).then(() => true, () => false)) return;
    await wait(100);
  }
  throw new Error(`${url} does not answer; the servers' output is in ${folder}/servers.log:\n${readFileSync(join(folder, 'servers.log'), 'utf8').slice(-2000)}`);
}

/** A process and its descendants. */
function family(pid) {
  const parents = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((name) => {
    try {
      return [[Number(name), Number(readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').at(-1).split(' ')[1])]];
    } catch {
      return [];
    }
  });
  const found = [pid];
  for (const one of found) found.push(...parents.filter(([, parent]) => parent === one).map(([child]) => child));
  return found;
}

const ticks = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** Seconds of CPU that it has used. */
function cpu(pid) {
  const used = family(pid).map((one) => readFileSync(`/proc/${one}/stat`, 'utf8').split(') ').at(-1).split(' '));
  return used.reduce((sum, fields) => sum + (Number(fields[11]) + Number(fields[12])) / ticks, 0);
}

/** Its proportional share of memory, in megabytes. */
function memory(pid) {
  const shares = family(pid).map((one) => Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${one}/smaps_rollup`, 'utf8'))[1]));
  return shares.reduce((sum, share) => sum + share / 1024, 0);
}

function print(results) {
  // Of an even number of rounds the mean of the middle two.
  const median = (name, figure) => {
    const sorted = results[name].map(figure).sort((a, b) => a - b);
    const middle = (sorted.length - 1) / 2;
    return (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
  };
  console.log('| | `/` a second | CPU of each | `/profile` a second | CPU of each | logins a second | CPU of each | p50, p99 | memory |');
  console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- |');
  for (const name of Object.keys(results)) {
    const figure = (get, digits = 0) => median(name, get).toFixed(digits);
    console.log(
      `| ${name} | ${figure((one) => one.start.perSecond)} | ${figure((one) => one.start.micros)} µs ` +
        `| ${figure((one) => one.profile.perSecond)} | ${figure((one) => one.profile.micros)} µs ` +
        `| ${figure((one) => one.logins.perSecond)} | ${figure((one) => one.logins.micros)} µs ` +
        `| ${figure((one) => one.logins.p50)}, ${figure((one) => one.logins.p99)} ms | ${figure((one) => one.megabytes)} MB |`,
    );
  }
}

process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});
await main();
