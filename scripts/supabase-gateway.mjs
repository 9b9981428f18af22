// A stand-in for the gateway in front of a Supabase project, on this machine.
//
// Usage: node scripts/supabase-gateway.mjs serve        settings come from the environment
//        node scripts/supabase-gateway.mjs keys         prints new keys as NAME=value lines
//        node scripts/supabase-gateway.mjs token ROLE   prints a user's JWT, signed with JWT_SECRET
//
// /rest/v1/… is forwarded to the REST server. A request needs the header `apikey` with one of the four keys: the
// legacy keys are JWTs, the new ones opaque. The gateway sends the JWT of the key's role, unless the request has
// a user's JWT in `Authorization`.
//
// /__control injects a fault, for tests. POST a JSON object:
//   {"fault": "delay", "ms": 500}   delays the response
//   {"fault": "status", "status": 500}   responds with 500, or 502 and 503 (with HTML), or 401 (as to a rotated key)
//   {"fault": "hang"}   accepts the request and never responds
//   {"fault": "drop"}   closes the connection; with "after": true after the request was executed
//   {"fault": "off"}    removes the fault and closes hanging connections
// "times": 3 removes the fault after three requests; "path": "cc_save_grant" limits it to that path. GET returns the
// current fault, and the functions that were called, in order.

import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { Agent, createServer, request as ask } from 'node:http';

const YEAR = 365 * 24 * 60 * 60;

// The REST server differs from PostgREST in two responses, which the gateway replaces: 403 instead of 401 if a role
// other than the anonymous one lacks a privilege, and 503 with this body if the database is unavailable.
const NO_DATABASE = {
  code: 'PGRST000',
  details: null,
  hint: null,
  message: 'Database connection error. Retrying the connection.',
};

const BAD_GATEWAY = { message: 'An invalid response was received from the upstream server' };

// --- Keys ----------------------------------------------------------------------------------------------

function jwt(claims, secret) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(claims)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

function projectKey(role, ref, secret) {
  const iat = Math.floor(Date.now() / 1000);
  return jwt({ iss: 'supabase', ref, role, iat, exp: iat + 10 * YEAR }, secret);
}

function userToken(role, secret) {
  const iat = Math.floor(Date.now() / 1000);
  return jwt({ aud: role, role, sub: randomUUID(), iat, exp: iat + 3600 }, secret);
}

function opaqueKey(kind) {
  const random = randomBytes(24).toString('base64url');
  return `sb_${kind}_${random.slice(0, 22)}_${random.slice(22, 30)}`;
}

function newKeys() {
  const secret = randomBytes(48).toString('base64url');
  const ref = Array.from(randomBytes(20), (byte) => String.fromCharCode(97 + (byte % 26))).join('');
  return {
    JWT_SECRET: secret,
    ANON_KEY: projectKey('anon', ref, secret),
    SERVICE_KEY: projectKey('service_role', ref, secret),
    PUBLISHABLE_KEY: opaqueKey('publishable'),
    SECRET_KEY: opaqueKey('secret'),
  };
}

// --- The gateway ---------------------------------------------------------------------------------------

function gateway({ keys, restPort }) {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const control = faults();

  const server = createServer((incoming, outgoing) => {
    outgoing.on('error', () => {});
    if (incoming.url.startsWith('/__control')) return control.answer(incoming, outgoing);
    const fault = control.next(incoming.url);
    if (fault?.fault === 'delay') return void setTimeout(() => serve(incoming, outgoing, fault), fault.ms);
    serve(incoming, outgoing, fault);
  });
  // Longer than any client keeps an idle connection, so that no request meets a closing one.
  server.keepAliveTimeout = 300_000;
  server.headersTimeout = 310_000;
  return server;

  function serve(incoming, outgoing, fault) {
    if (fault?.fault === 'hang') return control.hold(outgoing);
    if (fault?.fault === 'drop' && !fault.after) return outgoing.destroy();
    if (fault?.fault === 'status') return respondWithStatus(outgoing, fault.status);
    if (!incoming.url.startsWith('/rest/v1/')) return reply(outgoing, 404, { message: 'no Route matched with those values' });
    const key = incoming.headers.apikey;
    if (!key) return reply(outgoing, 401, noKey());
    if (!keys.has(key)) return reply(outgoing, 401, badKey());
    forward(incoming, outgoing, keys.get(key), fault);
  }

  function forward(incoming, outgoing, keyJwt, fault) {
    const headers = { ...incoming.headers, authorization: authorization(incoming.headers, keyJwt) };
    delete headers.apikey;
    delete headers.connection;
    const { method, url } = incoming;
    const options = { agent, headers, host: '127.0.0.1', method, path: url.slice('/rest/v1'.length), port: restPort };
    const upstream = ask(options, (answer) => {
      if (fault?.fault === 'drop') return answer.resume().on('end', () => outgoing.destroy());
      relay(answer, outgoing, headers.authorization);
    });
    upstream.on('error', () => (outgoing.headersSent ? outgoing.destroy() : reply(outgoing, 502, BAD_GATEWAY)));
    outgoing.on('close', () => outgoing.writableEnded || upstream.destroy());
    incoming.pipe(upstream);
  }
}

/** A user's own JWT is forwarded; an opaque key in `Authorization` is ignored. */
function authorization(headers, keyJwt) {
  const own = headers.authorization;
  return own && !own.startsWith('Bearer sb_') ? own : `Bearer ${keyJwt}`;
}

function relay(answer, outgoing, bearer) {
  const { connection, 'keep-alive': _, ...headers } = answer.headers;
  if (answer.statusCode !== 401 && answer.statusCode !== 500) {
    outgoing.writeHead(answer.statusCode, headers);
    return answer.pipe(outgoing);
  }
  const chunks = [];
  answer.on('data', (chunk) => chunks.push(chunk));
  answer.on('end', () => {
    const body = Buffer.concat(chunks);
    if (body.includes('"PGRST500"')) return reply(outgoing, 503, NO_DATABASE);
    const denied = body.includes('"42501"') && roleOf(bearer) !== 'anon';
    outgoing.writeHead(denied ? 403 : answer.statusCode, headers).end(body);
  });
}

function roleOf(bearer) {
  try {
    return JSON.parse(Buffer.from(bearer.split('.')[1], 'base64url')).role;
  } catch {
    return undefined;
  }
}

function noKey() {
  return { message: 'No API key found in request', hint: 'No `apikey` request header or url param was found.' };
}

function badKey() {
  return { message: 'Invalid API key', hint: 'Double check your Supabase `anon` or `service_role` API key.' };
}

function reply(outgoing, status, body) {
  outgoing.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}

// --- Faults --------------------------------------------------------------------------------------------

function respondWithStatus(outgoing, status) {
  if (status === 401) return reply(outgoing, 401, badKey());
  if (status === 502 || status === 503) {
    const html = `<html>\r\n<head><title>${status} Bad Gateway</title></head>\r\n<body>cloudflare</body>\r\n</html>\r\n`;
    return outgoing.writeHead(status, { 'content-type': 'text/html' }).end(html);
  }
  reply(outgoing, status, { message: 'An unexpected error occurred' });
}

function faults() {
  let current = { fault: 'off' };
  const calls = [];
  const held = new Set();
  return { next, hold, answer };

  /** The fault for this request, if any. */
  function next(url) {
    calls.push(url.slice(url.lastIndexOf('/') + 1));
    if (current.fault === 'off' || !url.includes(current.path ?? '')) return undefined;
    const met = current;
    if (met.times != null && --met.times <= 0) current = { fault: 'off' };
    return met;
  }

  function hold(outgoing) {
    held.add(outgoing);
    outgoing.on('close', () => held.delete(outgoing));
  }

  async function answer(incoming, outgoing) {
    if (incoming.method === 'GET') return reply(outgoing, 200, { ...current, calls });
    let text = '';
    for await (const chunk of incoming) text += chunk;
    try {
      current = known(JSON.parse(text));
    } catch (error) {
      return reply(outgoing, 400, { message: error.message });
    }
    if (current.fault === 'off') for (const waiting of held) waiting.destroy();
    reply(outgoing, 200, current);
  }

  function known({ fault, ms, status, times, path, after }) {
    if (!['off', 'delay', 'status', 'hang', 'drop'].includes(fault)) throw new Error(`there is no fault "${fault}"`);
    if (fault === 'delay' && !(ms > 0)) throw new Error('a delay needs "ms"');
    if (fault === 'status' && !(status >= 400 && status < 600)) throw new Error('a status needs "status"');
    return { fault, ms, status, times, path, after };
  }
}

// --- The command line ----------------------------------------------------------------------------------

function serve(environment) {
  const { ANON_KEY, SERVICE_KEY, PUBLISHABLE_KEY, SECRET_KEY, REST_PORT, GATEWAY_PORT } = environment;
  const keys = new Map([
    [ANON_KEY, ANON_KEY],
    [PUBLISHABLE_KEY, ANON_KEY],
    [SERVICE_KEY, SERVICE_KEY],
    [SECRET_KEY, SERVICE_KEY],
  ]);
  const server = gateway({ keys, restPort: Number(REST_PORT) });
  server.listen(Number(GATEWAY_PORT), '127.0.0.1', () => console.log(`listening on ${GATEWAY_PORT}`));
  process.on('SIGTERM', () => process.exit(0));
}

const [command, argument] = process.argv.slice(2);
if (command === 'serve') {
  serve(process.env);
} else if (command === 'keys') {
  for (const [name, value] of Object.entries(newKeys())) console.log(`${name}=${value}`);
} else if (command === 'token' && argument && process.env.JWT_SECRET) {
  console.log(userToken(argument, process.env.JWT_SECRET));
} else {
  console.error('Usage: node scripts/supabase-gateway.mjs serve | keys | token ROLE');
  process.exitCode = 2;
}
