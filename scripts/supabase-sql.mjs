// Runs the SQL of its standard input and prints rows as `psql --no-align --tuples-only` does.
//
// Usage: PG_MODULES=folder DATABASE_URL=… node scripts/supabase-sql.mjs <file.sql
//
// For machines without psql: npm's PostgreSQL has a server and no client.

import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';

const { Client } = createRequire(`${process.env.PG_MODULES}/`)('pg');

const client = new Client({
  connectionString: process.env.DATABASE_URL,
  types: { getTypeParser: () => (value) => value },
});

try {
  await client.connect();
  client.on('notice', (notice) => console.error(`${notice.severity}:  ${notice.message}`));
  const results = [await client.query({ text: await text(process.stdin), rowMode: 'array' })].flat();
  for (const { rows } of results) for (const row of rows ?? []) console.log(row.map((value) => value ?? '').join('|'));
} catch (error) {
  console.error(`ERROR:  ${error.message}`);
  process.exitCode = 1;
} finally {
  await client.end().catch(() => {});
}
