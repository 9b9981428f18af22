// Runs the SQL of its standard input, statement by statement, and prints rows as `psql --no-align --tuples-only` does.
//
// Usage: PG_MODULES=folder DATABASE_URL=… node scripts/supabase-sql.mjs <file.sql
//
// For machines without psql: npm's PostgreSQL has a server and no client.

import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';

const { Client } = createRequire(`${process.env.PG_MODULES}/`)('pg');

// One statement up to its semicolon, which may stand in a dollar-quoted body, a string, a name or a comment as well.
// Strings with backslash escapes (E'…\'…') are beyond it.
const STATEMENT = /(?:(\$\w*\$)[^]*?\1|'[^']*'|"[^"]*"|--[^\n]*|\/\*[^]*?\*\/|[^;])+;?/g;

const client = new Client({
  connectionString: process.env.DATABASE_URL,
  types: { getTypeParser: () => (value) => value },
});

try {
  await client.connect();
  client.on('notice', (notice) => console.error(`${notice.severity}:  ${notice.message}`));
  for (const [statement] of (await text(process.stdin)).matchAll(STATEMENT)) {
    const { rows } = await client.query({ text: statement, rowMode: 'array' });
    for (const row of rows ?? []) console.log(row.map((value) => value ?? '').join('|'));
  }
} catch (error) {
  console.error(`ERROR:  ${error.message}`);
  process.exitCode = 1;
} finally {
  await client.end().catch(() => {});
}
