// Tests of the REST server and its gateway: the functions with each key, attacks without a right one, a connection
// that is lost in the middle of a save, and the gateway's faults.
//
// Usage: node supabase/tests/http.mjs FOLDER     with the settings of `scripts/supabase.sh env FOLDER`;
//                                                scripts/sql-test.sh runs it

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';

const FOLDER = process.argv[2];
const { SUPABASE_URL, SUPABASE_KEY, SUPABASE_SERVICE_JWT, SUPABASE_ANON_KEY, SUPABASE_PUBLISHABLE_KEY } = process.env;
const ALICE = '00000000-0000-4000-8000-00000000000a';
const BOB = '00000000-0000-4000-8000-00000000000b';

// The database with the schema `test`; the REST server uses the database postgres.
const FIXTURES = 'empty';
const requests = json("SELECT json_object_agg(function, request) FROM test.requests");

function supabase(command, argument = '', input = '') {
  return execFileSync('scripts/supabase.sh', [command, FOLDER, argument].filter(Boolean), { input, encoding: 'utf8' }).trim();
}

const sql = (statement) => supabase('psql', 'postgres', statement);

function json(query) {
  return JSON.parse(supabase('psql', FIXTURES, query));
}

function check(name, got, want) {
  if (isDeepStrictEqual(got, want)) return console.log(`ok - ${name}`);
  console.log(`not ok - ${name}\n    got:  ${JSON.stringify(got)}\n    want: ${JSON.stringify(want)}`);
}

/** The status and body of a response; status 0 if there was none. */
async function send(path, { key = SUPABASE_KEY, timeout = 30_000, headers, ...options } = {}) {
  try {
    const response = await fetch(`${SUPABASE_URL}/rest/v1/${path}`, {
      ...options,
      headers: { ...(key && { apikey: key }), 'content-type': 'application/json', ...headers },
      signal: AbortSignal.timeout(timeout),
    });
    return { status: response.status, body: await response.text() };
  } catch {
    return { status: 0, body: '' };
  }
}

const post = (path, body, options) => send(path, { method: 'POST', body: JSON.stringify(body), ...options });

const call = (name, request = requests[name], options) => post(`rpc/${name}`, { request }, options);

const status = async (name, request, options) => (await call(name, request, options)).status;

/** A call's body as JSON; its status if it failed. */
async function answer(name, request) {
  const { status, body } = await call(name, request);
  return status === 200 ? JSON.parse(body) : status;
}

// --- Functions and keys --------------------------------------------------------------------------------

async function functions() {
  const keys = { 'the secret key': SUPABASE_KEY, 'the service_role JWT': SUPABASE_SERVICE_JWT };
  for (const [name, key] of Object.entries(keys)) {
    supabase('reset');
    for (const [called, request] of Object.entries(requests)) {
      check(`${called} answers with ${name}`, await status(called, request, { key }), 200);
    }
  }
  supabase('reset');
  check('a grant is saved', await answer('cc_save_grant'), ALICE);
  const nickname = 'O\'Hara "q" \n\t🎬👩‍🍳 é \u202ertl\u200f \\u0000 $1';
  check('a text is saved', await answer('cc_save_profile', { ...requests.cc_save_profile, nickname }), true);
  check('a text comes back unchanged', (await answer('cc_creator')).nickname, nickname);
  const bytes = Buffer.alloc(2_000_000, 'picture').toString('base64');
  check('a picture of 2 MB is saved', await answer('cc_save_avatar', { ...requests.cc_save_avatar, bytes }), true);
  check('a picture of 2 MB comes back', (await answer('cc_avatar')).bytes === bytes, true);
}

async function refusals() {
  const refusal = async (name, changes) => {
    const { status, body } = await call(name, { ...requests[name], ...changes });
    return [status, JSON.parse(body).code];
  };
  check('a text with U+0000 is refused', await refusal('cc_save_profile', { nickname: '\0' }), [400, '22P05']);
  check('an id that is no UUID is refused', await refusal('cc_creator', { creator_id: '../../etc/passwd' }), [400, '22P02']);
  check('a constraint refuses', await refusal('cc_save_profile', { user_info: 'unheard of' }), [400, '23514']);
  check('an unknown function is refused', await refusal('cc_not_there'), [404, 'PGRST202']);
}

async function keys() {
  const message = async (key) => {
    const { status, body } = await call('cc_count_grants', {}, { key });
    return [status, JSON.parse(body).message];
  };
  check('a request without a key is refused', await message(''), [401, 'No API key found in request']);
  check('an unknown key is refused', await message('sb_secret_of_somebody_else'), [401, 'Invalid API key']);
  const forged = `${SUPABASE_SERVICE_JWT.slice(0, -5)}AAAAA`;
  check('a JWT with a wrong signature is refused', await message(forged), [401, 'Invalid API key']);
}

// --- Attacks -------------------------------------------------------------------------------------------

async function attacks() {
  const relations = json('SELECT json_agg(relations) FROM test.relations');
  const functions = json('SELECT json_agg(function) FROM test.functions');
  const authorization = `Bearer ${supabase('token')}`;
  const outsiders = {
    'the anon JWT': { key: SUPABASE_ANON_KEY },
    'the publishable key': { key: SUPABASE_PUBLISHABLE_KEY },
    "a user's JWT": { key: SUPABASE_ANON_KEY, headers: { authorization } },
    "a user's JWT and the publishable key": { key: SUPABASE_PUBLISHABLE_KEY, headers: { authorization } },
  };
  for (const called of ['cc_begin_login', 'cc_create_session', 'cc_create_api_key', 'cc_append_audit']) await call(called);
  await call('cc_save_grant', { ...requests.cc_save_grant, new_id: BOB, open_id: 'bob' });
  await call('cc_end_grant', { ...requests.cc_end_grant, creator_id: BOB });
  const before = rows(relations);
  check('every table has a row to attack', before.every((found) => found !== ''), true);
  for (const [name, outsider] of Object.entries(outsiders)) {
    await Promise.all([
      ...relations.flatMap((relation) => attacksOnTable(name, outsider, relation)),
      ...functions.flatMap((called) => attacksOnFunction(name, outsider, called)),
    ]);
  }
  check('no attack changes a row', rows(relations), before);
}

function attacksOnTable(who, outsider, { relation, column }) {
  const headers = (prefer) => ({ headers: { ...outsider.headers, prefer } });
  const attempts = {
    reads: [`${relation}?select=*`, {}],
    counts: [relation, { method: 'HEAD', ...headers('count=exact') }],
    inserts: [relation, { method: 'POST', body: '{}' }],
    upserts: [relation, { method: 'POST', body: '{}', ...headers('resolution=merge-duplicates') }],
    updates: [`${relation}?${column}=not.is.null`, { method: 'PATCH', body: `{"${column}":null}` }],
    deletes: [`${relation}?${column}=not.is.null`, { method: 'DELETE' }],
  };
  return Object.entries(attempts).map(([verb, [path, options]]) =>
    denied(`${who} ${verb} no ${relation}`, path, { ...outsider, ...options }),
  );
}

function attacksOnFunction(who, outsider, called) {
  const request = requests[called];
  const path = `rpc/${called}`;
  const body = JSON.stringify(request ? { request } : {});
  const query = `?request=${encodeURIComponent(JSON.stringify(request ?? {}))}`;
  return [
    denied(`${who} calls no ${called}`, path, { ...outsider, method: 'POST', body }),
    denied(`${who} calls no ${called} by GET`, `${path}${query}`, outsider),
  ];
}

/** Refused for a missing privilege, or because the REST server offers no such thing: no trigger, no write by GET. */
async function denied(name, path, options) {
  const { status, body } = await send(path, options);
  const isRefused = {
    401: options.method === 'HEAD' || body.includes('"42501"'),
    403: options.method === 'HEAD' || body.includes('"42501"'),
    404: body.includes('"PGRST202"') || body.includes('"PGRST205"'),
    405: true,
  };
  check(name, isRefused[status] ? 'refused' : { status, body }, 'refused');
}

/** A checksum of each table's rows; '' for a table without rows. */
function rows(relations) {
  const checksum = ({ relation }) =>
    `SELECT md5(string_agg(to_jsonb(whole)::text, '' ORDER BY to_jsonb(whole)::text)) FROM ${relation} AS whole`;
  return relations.map((relation) => sql(checksum(relation)));
}

// --- Failures ------------------------------------------------------------------------------------------

async function lostConnection() {
  supabase('reset');
  const sleeper = "wait_event = 'PgSleep'";
  const waiter = "usename = 'authenticator' AND wait_event_type = 'Lock'";
  const holder = spawn('scripts/supabase.sh', ['psql', FOLDER], { stdio: ['pipe', 'ignore', 'ignore'] });
  holder.stdin.end('BEGIN; LOCK TABLE tiktok_tokens; SELECT pg_sleep(600)');
  await terminatable(sleeper);
  const save = call('cc_save_grant');
  await terminatable(waiter);
  check('the connection ends in the middle of a save', terminate(waiter), '1');
  check('the caller gets an error', (await save).status >= 500, true);
  terminate(sleeper);
  await once(holder, 'exit');
  check('the save keeps nothing', sql('SELECT count(*) FROM creators'), '0');
  check('the next save succeeds', await answer('cc_save_grant'), ALICE);
}

const sessions = (condition, value) => supabase('admin', 'postgres', `SELECT ${value} FROM pg_stat_activity WHERE ${condition}`);

const terminate = (condition) => sessions(condition, 'count(pg_terminate_backend(pid))');

/** Waits until one session meets the condition, for a minute at most. */
async function terminatable(condition) {
  const signal = AbortSignal.timeout(60_000);
  // The requests of this process go on in between.
  while (sessions(condition, 'count(*)') !== '1') await setTimeout(10, undefined, { signal });
}

async function faults() {
  const order = async (fault) => fetch(`${SUPABASE_URL}/__control`, { method: 'POST', body: JSON.stringify(fault) });
  const count = (options) => call('cc_count_grants', {}, options);
  const countStatus = async (options) => (await count(options)).status;
  supabase('reset');

  await order({ fault: 'status', status: 500, times: 1 });
  check('an ordered status is sent', await countStatus(), 500);
  check('an ordered number of faults ends', await answer('cc_count_grants'), 0);
  await order({ fault: 'status', status: 502 });
  check('a bad gateway sends HTML', /<html>/.test((await count()).body), true);
  await order({ fault: 'status', status: 401 });
  check('a changed key is refused', JSON.parse((await count()).body).message, 'Invalid API key');
  await order({ fault: 'hang' });
  check('a request hangs', await countStatus({ timeout: 500 }), 0);
  await order({ fault: 'delay', ms: 1000 });
  check('a late response is not there early', await countStatus({ timeout: 200 }), 0);
  check('a late response comes', await countStatus(), 200);
  await order({ fault: 'drop' });
  check('a request is dropped', await countStatus(), 0);
  await order({ fault: 'drop', after: true, path: 'cc_save_grant' });
  check('a response is dropped', await status('cc_save_grant'), 0);
  check('a request whose response is dropped is executed', await answer('cc_count_grants'), 1);
  await order({ fault: 'off' });

  supabase('stop', 'postgres');
  const { status: refused, body } = await count();
  check('without PostgreSQL a request is refused', [refused, JSON.parse(body).code], [503, 'PGRST000']);
  supabase('start');
  check('after a restart of PostgreSQL all rows are there', await answer('cc_count_grants'), 1);
  supabase('stop', 'rest');
  check('without the REST server a request is refused', await countStatus(), 502);
  supabase('start');
  check('after a restart of the REST server all rows are there', await answer('cc_count_grants'), 1);
}

await functions();
await refusals();
await keys();
await attacks();
await lostConnection();
await faults();
