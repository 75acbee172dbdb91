"""psycopg 3 in its default settings and its nasty ones. What it prints tells all that an application can see."""

import asyncio
import contextlib
import datetime
import os
import threading

import psycopg
from psycopg import sql
from psycopg.rows import dict_row, namedtuple_row
from psycopg.types.json import Jsonb

FORMATS = {"text": False, "binary": True}


def say(what, value=None):
    print(what if value is None else f"{what}: {value!r}", flush=True)


@contextlib.contextmanager
def failure(what):
    """Prints all that the server says of an error."""
    try:
        yield
        say(what, "no error")
    except psycopg.Error as error:
        told = error.diag
        say(what, (
            type(error).__name__, error.sqlstate, told.severity, told.message_primary, told.message_detail, told.message_hint,
            told.statement_position, told.internal_query, told.context, told.schema_name, told.table_name, told.column_name,
            told.constraint_name, told.source_function,
        ))


def heading(name):
    print(f"\n== {name}", flush=True)


def connect(**options):
    connection = psycopg.connect("", **options)
    connection.add_notice_handler(
        lambda told: say("notice", (told.severity, told.sqlstate, told.message_primary, told.message_detail, told.message_hint, told.context))
    )
    return connection


def session():
    heading("session")
    with connect(application_name="drivers", options="-c timezone=UTC -c datestyle=ISO") as connection:
        info = connection.info
        say("parameters", {
            name: info.parameter_status(name) for name in (
                "server_version", "server_encoding", "client_encoding", "application_name", "DateStyle", "IntervalStyle", "TimeZone",
                "integer_datetimes", "standard_conforming_strings", "is_superuser", "in_hot_standby", "default_transaction_read_only",
            )
        })
        say("backend", info.backend_pid == connection.execute("SELECT pg_backend_pid()").fetchone()[0])
        say("status", (info.status.name, info.transaction_status.name, info.encoding))
        connection.execute("SET application_name = 'renamed'")
        say("reported", info.parameter_status("application_name"))
        connection.execute("SET LOCAL timezone = 'Asia/Tokyo'")
        say("reported", info.parameter_status("TimeZone"))
        connection.rollback()
        say("reported", (info.parameter_status("TimeZone"), info.parameter_status("application_name")))


def statements(binary):
    heading(f"statements, {'binary' if binary else 'text'}")
    with connect() as connection, connection.cursor(binary=binary) as cursor:
        cursor.execute("SELECT * FROM people WHERE id = %s", (7,))
        say("columns", [(column.name, column.type_code, column.precision, column.scale, column.internal_size) for column in cursor.description])
        say("row", cursor.fetchone())
        cursor.execute(
            "SELECT %s::int8, %s::text, %s::bytea, %s::jsonb, %s::text[], %s::date, %s::numeric, %s::bool, %s::interval, %s::int4range",
            (1 << 40, "häßlich\t\n", bytes(range(256)), Jsonb({"a": [1, None]}), ["x", None, 'q"q'], datetime.date(2026, 2, 3), 1.5, None,
             datetime.timedelta(days=1, seconds=2), None),
        )
        say("values", cursor.fetchone())
        cursor.execute("SELECT i, repeat('x', i) FROM generate_series(0, 9) AS i")
        say("rows", cursor.fetchall())
        cursor.execute("INSERT INTO notes (person, line) VALUES (%s, %s) RETURNING line", (1, "by psycopg"))
        say("returned", (cursor.fetchall(), cursor.statusmessage, cursor.rowcount))
        for text in ("UPDATE notes SET line = line WHERE person = 2", "DELETE FROM notes WHERE id < 0", "BEGIN", "SELECT 1 WHERE false", ""):
            cursor.execute(text)
            say(text, (cursor.statusmessage, cursor.rowcount))
        connection.rollback()


def rows_of_kinds():
    heading("rows of all kinds")
    with connect() as connection:
        say(connection.cursor(row_factory=dict_row).execute("SELECT id, name FROM people ORDER BY id LIMIT 2").fetchall())
        say(connection.cursor(row_factory=namedtuple_row).execute("SELECT count(*) AS many FROM notes").fetchall())
        cursor = connection.cursor()
        cursor.execute("SELECT 1 AS a; SELECT 2 AS b, 3 AS c; UPDATE notes SET line = line WHERE id = 1; SELECT 'last'")
        while True:
            say("set", (cursor.statusmessage, cursor.fetchall() if cursor.description else None))
            if not cursor.nextset():
                break
        with failure("one of several"):
            connection.execute("SELECT 1; SELECT nothing; SELECT 3")
        connection.rollback()
        raw = psycopg.RawCursor(connection)
        say(raw.execute("SELECT $2::text || $1::text", ("a", "b")).fetchone())
        say(psycopg.ClientCursor(connection).execute("SELECT %s, %s", (1, "it's")).fetchone())
        for row in connection.cursor().stream("SELECT i FROM generate_series(1, 5) AS i"):
            say("streamed", row)
        for row in connection.cursor().stream("SELECT i FROM generate_series(1, 7) AS i", size=3):
            say("in chunks", row)


def preparing():
    heading("prepared statements")
    with connect(prepare_threshold=0, autocommit=True) as connection:
        for number in range(4):
            say(connection.execute("SELECT name FROM people WHERE id = %s", (number + 1,)).fetchone())
        say("prepared", len(connection.execute("SELECT name FROM pg_prepared_statements").fetchall()))
        connection.prepared_max = 2
        for number in range(6):
            connection.execute(sql.SQL("SELECT {}").format(number))
        say("kept", len(connection.execute("SELECT name FROM pg_prepared_statements", prepare=False).fetchall()))
        connection.execute("CREATE TEMPORARY TABLE passing (a int)")
        connection.execute("INSERT INTO passing VALUES (1)")
        say(connection.execute("SELECT * FROM passing").fetchall())
        connection.execute("ALTER TABLE pg_temp.passing ADD COLUMN b text")
        with failure("of other columns"):
            connection.execute("SELECT * FROM passing")
        connection.execute("DEALLOCATE ALL")
        say(connection.execute("SELECT * FROM passing").fetchall())
        connection.execute("DISCARD ALL")
        with failure("discarded"):
            connection.execute("SELECT * FROM passing")
        say(connection.execute("SELECT 'after'").fetchone())


def failures():
    heading("failures")
    with connect(autocommit=True) as connection:
        for text, values in (
            ("SELECT nothing FROM people", ()),
            ("SELEC 1", ()),
            ("SELECT 'ü', nothing_after_wide_characters", ()),
            ("SELECT * FROM absent", ()),
            ("SELECT 1 / %s", (0,)),
            ("INSERT INTO people (name) VALUES ('')", ()),
            ("INSERT INTO people (name, email) VALUES ('twice', 'p1@example.org')", ()),
            ("INSERT INTO notes (person) VALUES (999999)", ()),
            ("INSERT INTO people (name) VALUES (NULL)", ()),
            ("SELECT %s::int", ("x",)),
            ("SELECT * FROM pg_authid", ()),
            ("TRUNCATE people", ()),
            ("DO $$ BEGIN RAISE EXCEPTION 'on purpose' USING ERRCODE = 'ZZ001', HINT = 'hint', TABLE = 'people'; END $$", ()),
        ):
            with failure(text):
                connection.execute(text, values)
        say("alive", connection.execute("SELECT 1").fetchone())
    with connect() as connection:
        with failure("within a transaction"):
            connection.execute("SELECT nothing")
        say("status", connection.info.transaction_status.name)
        with failure("after it"):
            connection.execute("SELECT 1")
        connection.rollback()
        with connection.transaction():
            with failure("within a savepoint"):
                with connection.transaction():
                    connection.execute("INSERT INTO notes (line) VALUES ('gone')")
                    connection.execute("SELECT nothing")
            say("after a savepoint", connection.execute("SELECT count(*) FROM notes WHERE line = 'gone'").fetchone())
        say(connection.execute("SELECT speak('hello')").fetchone())
        say(connection.execute("CALL settle(%s)", (5,)).fetchone())


def pipelines():
    heading("pipelines")
    with connect(autocommit=True) as connection:
        with connection.pipeline() as pipeline, connection.cursor() as cursor:
            others = [connection.execute("SELECT %s::int, name FROM people WHERE id = %s", (number, number)) for number in range(1, 40)]
            cursor.execute("INSERT INTO notes (person, line) VALUES (3, 'in a pipeline') RETURNING person")
            pipeline.sync()
            say("rows", [other.fetchone() for other in others[::7]])
            say("returned", cursor.fetchone())
        with failure("in the middle"):
            with connection.pipeline():
                connection.execute("SELECT 'before'")
                connection.execute("SELECT 1 / 0")
        say("by libpq", by_libpq(connection.pgconn))
        say("alive", connection.execute("SELECT 'alive'").fetchone())
        with connection.pipeline() as pipeline:
            for number in range(3):
                with failure(f"part {number}"):
                    with connection.transaction():
                        connection.execute("INSERT INTO notes (line) VALUES (%s)", (f"part {number}",))
                        if number == 1:
                            connection.execute("SELECT nothing")
                        pipeline.sync()
        say("kept", connection.execute("SELECT line FROM notes WHERE line LIKE 'part %' ORDER BY id").fetchall())
        cursor = connection.cursor()
        cursor.executemany("INSERT INTO notes (person, line) VALUES (%s, %s) RETURNING line", [(4, f"many {i}") for i in range(100)], returning=True)
        seen = []
        while True:
            seen.append(cursor.fetchone()[0])
            if not cursor.nextset():
                break
        say("executemany", (len(seen), seen[0], seen[-1], cursor.rowcount))
        with connection.pipeline():
            cursors = [connection.execute("SELECT repeat('x', 100000), %s::int", (number,)) for number in range(20)]
        say("wide", [(len(row[0]), row[1]) for row in (cursor.fetchone() for cursor in cursors)][-1])


def by_libpq(pgconn):
    """A pipeline with errors and several syncs, of which everything is sent before anything is read."""
    pgconn.enter_pipeline_mode()
    for text in ("SELECT 'before'", "SELECT 1 / 0", "SELECT 'skipped'", None, "SELECT 'next'", "SELECT nothing", None, None, "SELECT 'last'", None):
        if text is None:
            pgconn.pipeline_sync()
        else:
            pgconn.send_query_params(text.encode(), None)
    found, syncs = [], 0
    while syncs < 4:
        result = pgconn.get_result()
        if result is None:
            continue
        status = psycopg.pq.ExecStatus(result.status)
        syncs += status == psycopg.pq.ExecStatus.PIPELINE_SYNC
        found.append((status.name, result.get_value(0, 0), result.command_status))
    pgconn.exit_pipeline_mode()
    return found


def cursors():
    heading("cursors of the server")
    with connect() as connection:
        for binary in (False, True):
            with connection.cursor("walker", scrollable=True, withhold=False) as cursor:
                cursor.itersize = 7
                cursor.execute("SELECT id, photo FROM people ORDER BY id", binary=binary)
                say("walked", sum(1 for _ in cursor))
                cursor.scroll(10, mode="absolute")
                say("at 10", cursor.fetchmany(2))
                cursor.scroll(-5)
                say("back", cursor.fetchone())
        held = connection.cursor("held", withhold=True)
        held.execute("SELECT i FROM generate_series(1, 20) AS i")
        say("first", held.fetchmany(3))
        connection.commit()
        say("after the transaction", held.fetchmany(3))
        held.close()
        with failure("closed"):
            connection.execute("FETCH 1 FROM held")
        connection.rollback()
        connection.execute("DECLARE plain CURSOR FOR SELECT id FROM people ORDER BY id")
        say("fetch", connection.execute("FETCH 3 FROM plain").fetchall())
        say("move", connection.execute("MOVE 5 FROM plain").statusmessage)
        connection.execute("UPDATE notes SET line = 'at the cursor' WHERE id = 1")
        connection.rollback()


def copying():
    heading("copy")
    with connect() as connection, connection.cursor() as cursor:
        with cursor.copy("COPY people TO STDOUT") as copy:
            whole = b"".join(bytes(part) for part in copy)
        say("out", (len(whole), whole.splitlines()[0], cursor.statusmessage, cursor.rowcount))
        with cursor.copy("COPY (SELECT id, name, photo, seen FROM people ORDER BY id LIMIT 50) TO STDOUT (FORMAT binary)") as copy:
            copy.set_types(["int4", "text", "bytea", "timestamptz"])
            rows = [row for row in copy.rows()]
        say("binary out", (len(rows), rows[0], rows[-1]))
        with cursor.copy("COPY intake (number, line) FROM STDIN") as copy:
            for number in range(3000):
                copy.write_row((number, f"line {number}\t\\ü"))
        say("in", (cursor.statusmessage, cursor.rowcount))
        with cursor.copy("COPY intake FROM STDIN (FORMAT binary)") as copy:
            copy.set_types(["int4", "text", "timestamptz", "bytea"])
            for number in range(100):
                copy.write_row((number, "b", datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc), bytes(number)))
        say("binary in", (cursor.statusmessage, cursor.rowcount))
        say("there", cursor.execute("SELECT count(*), sum(number), sum(length(line)), sum(length(part)) FROM intake").fetchone())
        with failure("a wrong row"):
            with cursor.copy("COPY intake (number) FROM STDIN") as copy:
                copy.write("1\n2\nthree\n4\n" * 5000)
        connection.rollback()
        with failure("given up"):
            with cursor.copy("COPY intake (number) FROM STDIN") as copy:
                copy.write("1\n")
                raise psycopg.OperationalError("changed my mind")
        connection.rollback()
        with failure("given up by the server's reader"):
            with cursor.copy("COPY (SELECT 1 / (500 - i) FROM generate_series(1, 1000) AS i) TO STDOUT") as copy:
                for _ in copy:
                    pass
        connection.rollback()
        with failure("left early"):
            with cursor.copy("COPY (SELECT i, repeat('y', 500) FROM generate_series(1, 20000) AS i) TO STDOUT") as copy:
                say("first", bytes(copy.read())[:10])
                raise psycopg.OperationalError("enough")
        connection.rollback()
        say("alive", cursor.execute("SELECT 'alive'").fetchone())
        wide = "z" * 20_000_000
        with cursor.copy("COPY intake (line) FROM STDIN") as copy:
            copy.write_row((wide,))
        say("wide", cursor.execute("SELECT length(line) FROM intake WHERE length(line) > 1000000").fetchall())
        connection.rollback()


def notifications():
    heading("notifications")
    with connect(autocommit=True) as listening, connect(autocommit=True) as telling:
        listening.execute("LISTEN here")
        listening.execute('LISTEN "There"')
        telling.execute("NOTIFY here, 'one'")
        telling.execute("SELECT pg_notify('There', 'two')")
        with telling.transaction():
            telling.execute("NOTIFY here, 'three'")
            telling.execute("NOTIFY here, 'three'")
        for told in listening.notifies(timeout=20, stop_after=3):
            say("told", (told.channel, told.payload, told.pid == telling.info.backend_pid))
        listening.execute("NOTIFY here, 'to myself'")
        for told in listening.notifies(timeout=20, stop_after=1):
            say("told", (told.channel, told.payload, told.pid == listening.info.backend_pid))
        listening.execute("UNLISTEN *")
        telling.execute("NOTIFY here, 'nobody'")
        say("nobody", [told.payload for told in listening.notifies(timeout=0.2)])


def cancelling():
    heading("cancel")
    with connect(autocommit=True) as connection, connect(autocommit=True) as other:
        for cancel in ("cancel", "cancel_safe"):
            def stop(how=cancel):
                # The lock is taken just before the sleep.
                while other.execute("SELECT pg_try_advisory_xact_lock(77)").fetchone()[0]:
                    pass
                getattr(connection, how)()

            stopping = threading.Thread(target=stop)
            stopping.start()
            with failure(cancel):
                connection.execute("SELECT pg_advisory_xact_lock(77), pg_sleep(60)")
            stopping.join()
            say("alive", connection.execute("SELECT 'alive'").fetchone())
        connection.execute("SET statement_timeout = '50ms'")
        with failure("statement_timeout"):
            connection.execute("SELECT pg_sleep(60)")


def large():
    heading("large values")
    with connect(autocommit=True) as connection:
        for length in (0, 1, 8191, 8192, 16384, 65536, 1 << 20, 30 << 20):
            value = connection.execute("SELECT %s::bytea || %s::bytea", (b"a" * length, b"b"), binary=True).fetchone()[0]
            say(str(length), (len(value), value[-2:]))
        text = "SELECT '" + "x" * 3_000_000 + "' AS long"
        say("a long text", len(connection.execute(text).fetchone()[0]))
        say("many columns", len(connection.execute("SELECT " + ",".join(f"{i} AS c{i}" for i in range(1600))).fetchone()))
        say("many parameters", connection.execute(
            "SELECT cardinality(ARRAY[" + ",".join("%s::int" for _ in range(30000)) + "])", tuple(range(30000))).fetchone())
        many = connection.execute("SELECT i, i::text FROM generate_series(1, 300000) AS i").fetchall()
        say("many rows", (len(many), many[-1]))


def two_phases():
    heading("two-phase commit")
    with connect() as connection:
        connection.tpc_begin(connection.xid(1, "drivers", "psycopg"))
        connection.execute("INSERT INTO notes (line) VALUES ('in two phases')")
        connection.tpc_prepare()
        connection.tpc_commit()
        say("there", connection.execute("SELECT count(*) FROM notes WHERE line = 'in two phases'").fetchone())


def asynchronous():
    heading("asyncio")

    async def main():
        async def one(number):
            async with await psycopg.AsyncConnection.connect("", autocommit=True) as connection:
                async with connection.pipeline():
                    cursors = [await connection.execute("SELECT %s::int * 2", (number * 10 + part,)) for part in range(10)]
                    return [(await cursor.fetchone())[0] for cursor in cursors]

        for answer in await asyncio.gather(*(one(number) for number in range(20))):
            say("answer", answer)

    asyncio.run(main())


def main():
    say("psycopg", (psycopg.__version__, psycopg.pq.__impl__, psycopg.pq.version()))
    session()
    for binary in FORMATS.values():
        statements(binary)
    rows_of_kinds()
    preparing()
    failures()
    pipelines()
    cursors()
    copying()
    notifications()
    cancelling()
    large()
    two_phases()
    asynchronous()


if __name__ == "__main__":
    main()
