// node-postgres in its default settings and its nasty ones. What it prints tells all that an application can see.
import { once } from "node:events";
import { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import pg from "pg";
import { from as copyFrom, to as copyTo } from "pg-copy-streams";
import Cursor from "pg-cursor";
import QueryStream from "pg-query-stream";

const say = (what, value) => console.log(value === undefined ? what : `${what}: ${JSON.stringify(value)}`);
const heading = (name) => console.log(`\n== ${name}`);

/** Prints all that the server says of an error. */
async function failure(what, action) {
  try {
    await action();
    say(what, "no error");
  } catch (error) {
    say(what, Object.fromEntries(
      ["code", "severity", "message", "detail", "hint", "position", "internalQuery", "where", "schema", "table", "column", "constraint", "routine"]
        .map((field) => [field, error[field]]).filter(([, value]) => value !== undefined)));
  }
}

async function connected(options, action) {
  const client = new pg.Client(options);
  client.on("notice", (told) => say("notice", [told.severity, told.code, told.message, told.detail, told.hint]));
  await client.connect();
  try {
    await action(client);
  } finally {
    await client.end();
  }
}

const fields = (result) => result.fields.map((field) => [field.name, field.dataTypeID, field.dataTypeSize, field.dataTypeModifier, field.format, field.columnID]);

async function statements() {
  heading("statements");
  for (const binary of [false, true]) {
    await connected({ application_name: "drivers", options: "-c timezone=UTC", binary }, async (client) => {
      const result = await client.query("SELECT id, name, born::text, balance, score, facts, tags, photo, token, feels FROM people WHERE id = $1", [7]);
      say("columns", fields(result));
      say("row", result.rows);
      say("as arrays", (await client.query({ text: "SELECT i, i::text FROM generate_series(1, 5) AS i", rowMode: "array" })).rows);
      say("values", (await client.query("SELECT $1::int8, $2::text, $3::jsonb, $4::text[], $5::bool", [2 ** 40, "häßlich\t\n", { a: [1, null] }, ["x", null], null])).rows);
      for (const text of ["UPDATE notes SET line = line WHERE person = 2", "DELETE FROM notes WHERE id < 0", "SELECT 1 WHERE false", "", "SHOW timezone"]) {
        const { command, rowCount } = await client.query(text);
        say(text, [command, rowCount]);
      }
    });
  }
  await connected({}, async (client) => {
    const results = await client.query("SELECT 1 AS a; INSERT INTO notes (line) VALUES ('by node') RETURNING line; SELECT 'last' AS z");
    say("several", results.map((result) => [result.command, result.rowCount, result.rows]));
    await failure("one of several", () => client.query("SELECT 1; SELECT nothing; SELECT 3"));
    say("spoken", (await client.query("SELECT speak($1)", ["hello"])).rows);
    say("called", (await client.query("CALL settle($1)", [5])).rows);
  });
}

async function preparing() {
  heading("prepared statements");
  await connected({}, async (client) => {
    const query = { name: "by id", text: "SELECT name FROM people WHERE id = $1" };
    for (const id of [1, 2, 3]) say("named", (await client.query({ ...query, values: [id] })).rows);
    await failure("another text of the same name", () => client.query({ name: "by id", text: "SELECT 1" }));
    await failure("a wrong value", () => client.query({ ...query, values: ["x"] }));
    say("again", (await client.query({ ...query, values: [4] })).rows);
    await failure("a wrong text", () => client.query({ name: "wrong", text: "SELECT nothing" }));
    // All are put in the driver's queue at once.
    const answers = await Promise.allSettled([1, "x", 2, "y", 3].map((id) => client.query({ ...query, values: [id] })));
    say("queued", answers.map((answer) => answer.value?.rows ?? answer.reason.code));
    await client.query("DEALLOCATE ALL");
    await failure("deallocated", () => client.query({ ...query, values: [5] }));
  });
}

async function failures() {
  heading("failures");
  await connected({}, async (client) => {
    for (const [text, values] of [
      ["SELECT nothing FROM people"], ["SELEC 1"], ["SELECT 'ü', nothing_after_wide_characters"], ["SELECT 1 / $1::int", [0]],
      ["INSERT INTO people (name) VALUES ('')"], ["INSERT INTO people (name, email) VALUES ('twice', 'p1@example.org')"],
      ["INSERT INTO notes (person) VALUES (999999)"], ["SELECT * FROM pg_authid"], ["TRUNCATE people"], ["SELECT $1::int", ["x"]],
    ]) {
      await failure(text, () => client.query(text, values));
    }
    await client.query("BEGIN");
    await failure("within a transaction", () => client.query("SELECT nothing"));
    await failure("after it", () => client.query("SELECT 1"));
    say("rollback", (await client.query("ROLLBACK")).command);
    say("alive", (await client.query("SELECT 'alive' AS state")).rows);
  });
  await connected({ statement_timeout: 50 }, (client) => failure("statement_timeout", () => client.query("SELECT pg_sleep(60)")));
}

async function cursors() {
  heading("cursors");
  await connected({}, async (client) => {
    const cursor = client.query(new Cursor("SELECT id, name FROM people ORDER BY id"));
    say("first", await cursor.read(3));
    say("next", (await cursor.read(100)).length);
    say("rest", (await cursor.read(10000)).length);
    say("end", await cursor.read(1));
    await cursor.close();
    const left = client.query(new Cursor("SELECT i FROM generate_series(1, 1000000) AS i"));
    say("some", (await left.read(5)).length);
    await left.close();
    const wrong = client.query(new Cursor("SELECT 1 / (10 - i) FROM generate_series(1, 100) AS i"));
    say("before the error", (await wrong.read(5)).length);
    await failure("the error", () => wrong.read(50));
    await wrong.close();
    say("alive", (await client.query("SELECT 'alive' AS state")).rows);
    // Two cursors take turns within a transaction.
    await client.query("BEGIN");
    const one = client.query(new Cursor("SELECT i FROM generate_series(1, 9) AS i"));
    say("one", await one.read(2));
    await one.close();
    await client.query("COMMIT");
    let count = 0, sum = 0;
    const stream = client.query(new QueryStream("SELECT i, repeat('x', 50) AS x FROM generate_series(1, 20000) AS i", [], { batchSize: 37, highWaterMark: 50 }));
    for await (const row of stream) {
      count += 1;
      sum += row.i;
    }
    say("streamed", [count, sum]);
    const early = client.query(new QueryStream("SELECT i FROM generate_series(1, 1000000) AS i"));
    for await (const row of early) {
      if (row.i === 10) break;
    }
    say("left early", (await client.query("SELECT 'alive' AS state")).rows);
  });
}

async function copying() {
  heading("copy");
  await connected({}, async (client) => {
    await client.query("BEGIN");
    let bytes = 0, first;
    const out = client.query(copyTo("COPY people TO STDOUT"));
    await pipeline(out, new Writable({
      write(chunk, _, done) {
        first ??= chunk.toString().split("\n")[0];
        bytes += chunk.length;
        done();
      },
    }));
    say("out", [bytes, first, out.rowCount]);
    const lines = Array.from({ length: 20000 }, (_, number) => `${number}\tline ${number} ü\n`);
    const into = client.query(copyFrom("COPY intake (number, line) FROM STDIN"));
    await pipeline(Readable.from(lines), into);
    say("in", [into.rowCount, (await client.query("SELECT count(*), sum(number) FROM intake")).rows]);
    const wrong = client.query(copyFrom("COPY intake (number) FROM STDIN"));
    await failure("a wrong row", () => pipeline(Readable.from(["1\n", "two\n", "3\n"]), wrong));
    await client.query("ROLLBACK");
    const given = client.query(copyFrom("COPY intake (number) FROM STDIN"));
    given.on("error", () => {});
    given.write("1\n");
    given.destroy(new Error("changed my mind"));
    say("given up", (await client.query("SELECT count(*) FROM intake")).rows);
  });
}

async function notifications() {
  heading("notifications");
  await connected({}, async (listening) => {
    await connected({}, async (telling) => {
      await listening.query("LISTEN here");
      for (const words of ["one", "two"]) {
        const heard = once(listening, "notification");
        await telling.query("SELECT pg_notify('here', $1)", [words]);
        const [told] = await heard;
        say("told", [told.channel, told.payload, told.processId === telling.processID]);
      }
    });
  });
}

async function pools() {
  heading("pool");
  const pool = new pg.Pool({ max: 8 });
  const answers = await Promise.all(Array.from({ length: 200 }, (_, number) => pool.query("SELECT $1::int * 2 AS twice", [number])));
  say("answers", answers.reduce((sum, answer) => sum + answer.rows[0].twice, 0));
  const failed = await Promise.allSettled(Array.from({ length: 50 }, (_, number) => pool.query(`SELECT 1 / (${number} % 2)`)));
  say("failed", failed.filter((answer) => answer.status === "rejected").length);
  say("large", (await pool.query("SELECT repeat('x', 20000000) AS x")).rows[0].x.length);
  say("wide", Object.keys((await pool.query(`SELECT ${Array.from({ length: 1600 }, (_, i) => `${i} AS c${i}`)}`)).rows[0]).length);
  await pool.end();
}

await statements();
await preparing();
await failures();
await cursors();
await copying();
await notifications();
await pools();
