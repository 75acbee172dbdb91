// Program pgx uses pgx in its default settings and its nasty ones. What it prints tells all that an application can see.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

var ctx = context.Background()

func say(what string, values ...any) {
	if len(values) == 0 {
		fmt.Println(what)
		return
	}
	fmt.Printf("%s: %v\n", what, values)
}

func heading(name string) { fmt.Printf("\n== %s\n", name) }

// told is all that the server says of an error.
func told(err error) string {
	var server *pgconn.PgError
	if errors.As(err, &server) {
		return fmt.Sprint(server.Code, " ", server.Severity, " ", server.Message, " ", server.Detail, " ", server.Hint, " ", server.Position, " ",
			server.Where, " ", server.SchemaName, " ", server.TableName, " ", server.ColumnName, " ", server.ConstraintName, " ", server.Routine)
	}
	return fmt.Sprint(err)
}

func must(err error) {
	if err != nil {
		fmt.Println("failed:", told(err))
		os.Exit(1)
	}
}

func connect(change func(*pgx.ConnConfig)) *pgx.Conn {
	config, err := pgx.ParseConfig("application_name=drivers")
	must(err)
	config.OnNotice = func(_ *pgconn.PgConn, notice *pgconn.Notice) {
		say("notice", notice.Severity, notice.Code, notice.Message, notice.Detail, notice.Hint)
	}
	if change != nil {
		change(config)
	}
	connection, err := pgx.ConnectConfig(ctx, config)
	must(err)
	return connection
}

func rows(rows pgx.Rows, err error) string {
	if err != nil {
		return told(err)
	}
	defer rows.Close()
	var all strings.Builder
	for rows.Next() {
		values, err := rows.Values()
		must(err)
		fmt.Fprint(&all, values)
	}
	if rows.Err() != nil {
		return all.String() + " then " + told(rows.Err())
	}
	return all.String() + " " + rows.CommandTag().String()
}

func modes() {
	for _, mode := range []pgx.QueryExecMode{
		pgx.QueryExecModeCacheStatement, pgx.QueryExecModeCacheDescribe, pgx.QueryExecModeDescribeExec, pgx.QueryExecModeExec,
		pgx.QueryExecModeSimpleProtocol,
	} {
		heading("mode " + mode.String())
		connection := connect(func(config *pgx.ConnConfig) {
			config.DefaultQueryExecMode = mode
			config.StatementCacheCapacity = 3
			config.DescriptionCacheCapacity = 3
		})
		for number := range 4 {
			say("row", rows(connection.Query(ctx, "SELECT id, name, born, balance, score, facts, tags, photo, feels FROM people WHERE id = $1", number+1)))
		}
		for number := range 6 {
			say("many texts", rows(connection.Query(ctx, fmt.Sprintf("SELECT $1::int + %d", number), number)))
		}
		say("first again", rows(connection.Query(ctx, "SELECT $1::int + 0", 1)))
		say("values", rows(connection.Query(ctx, "SELECT $1::int8, $2::text, $3::bytea, $4::bool", int64(1)<<40, "häßlich\t\n", []byte{0, 1, 255}, nil)))
		tag, err := connection.Exec(ctx, "UPDATE notes SET line = line WHERE person = $1", 2)
		say("update", tag, err)
		for _, text := range []string{
			"SELECT nothing FROM people", "SELEC 1", "SELECT 'ü', nothing_after_wide_characters", "SELECT 1 / 0",
			"INSERT INTO people (name, email) VALUES ('twice', 'p1@example.org')", "INSERT INTO notes (person) VALUES (999999)",
			"TRUNCATE people", "SELECT 1 / (3 - i) FROM generate_series(1, 5) AS i", "",
		} {
			say(text, rows(connection.Query(ctx, text)))
		}
		say("spoken", rows(connection.Query(ctx, "SELECT speak($1)", "hello")))
		_, err = connection.Exec(ctx, "CREATE TEMPORARY TABLE passing AS SELECT 1 AS a")
		must(err)
		say("passing", rows(connection.Query(ctx, "SELECT * FROM passing WHERE a = $1", 1)))
		_, err = connection.Exec(ctx, "ALTER TABLE pg_temp.passing ADD COLUMN b int DEFAULT 2")
		must(err)
		say("of other columns", rows(connection.Query(ctx, "SELECT * FROM passing WHERE a = $1", 1)))
		say("once more", rows(connection.Query(ctx, "SELECT * FROM passing WHERE a = $1", 1)))
		must(connection.Close(ctx))
	}
}

func batches() {
	heading("batches")
	for _, mode := range []pgx.QueryExecMode{pgx.QueryExecModeCacheStatement, pgx.QueryExecModeExec, pgx.QueryExecModeSimpleProtocol} {
		connection := connect(func(config *pgx.ConnConfig) { config.DefaultQueryExecMode = mode })
		batch := &pgx.Batch{}
		for number := range 300 {
			batch.Queue("INSERT INTO notes (person, line) VALUES ($1, $2) RETURNING line", 1+number%5, fmt.Sprintf("batch %d", number))
			batch.Queue("SELECT count(*) FROM notes WHERE line LIKE 'batch%' AND person = $1", 1+number%5)
		}
		results := connection.SendBatch(ctx, batch)
		var last string
		for range 600 {
			last = rows(results.Query())
		}
		say("last", last, results.Close())
		batch = &pgx.Batch{}
		batch.Queue("INSERT INTO notes (line) VALUES ('undone')")
		batch.Queue("SELECT 1 / $1::int", 0)
		batch.Queue("SELECT 'skipped'")
		results = connection.SendBatch(ctx, batch)
		_, err := results.Exec()
		say("first", told(err))
		_, err = results.Exec()
		say("second", told(err))
		say("close", told(results.Close()))
		say("undone", rows(connection.Query(ctx, "SELECT count(*) FROM notes WHERE line = 'undone'")))
		transaction, err := connection.Begin(ctx)
		must(err)
		batch = &pgx.Batch{}
		batch.Queue("DELETE FROM notes WHERE line LIKE 'batch%'")
		batch.Queue("SELECT count(*) FROM notes WHERE line LIKE 'batch%'")
		results = transaction.SendBatch(ctx, batch)
		tag, err := results.Exec()
		say("deleted", tag, err)
		say("left", rows(results.Query()))
		must(results.Close())
		must(transaction.Commit(ctx))
		must(connection.Close(ctx))
	}
}

func pipelines() {
	heading("pipeline")
	connection := connect(nil)
	defer connection.Close(ctx)
	line := connection.PgConn().StartPipeline(ctx)
	line.SendPrepare("one", "SELECT $1::text", nil)
	line.SendQueryPrepared("one", [][]byte{[]byte("a")}, nil, nil)
	must(line.Sync())
	line.SendQueryParams("SELECT 1 / 0", nil, nil, nil, nil)
	line.SendQueryPrepared("one", [][]byte{[]byte("skipped")}, nil, nil)
	must(line.Sync())
	line.SendQueryPrepared("one", [][]byte{[]byte("b")}, nil, []int16{1})
	line.SendDeallocate("one")
	must(line.Sync())
	for syncs := 0; syncs < 3; {
		results, err := line.GetResults()
		switch result := results.(type) {
		case *pgconn.ResultReader:
			read := result.Read()
			say("result", fmt.Sprintf("%q", read.Rows), read.CommandTag, told(read.Err))
		case *pgconn.PipelineSync:
			syncs++
			say("sync")
		case *pgconn.StatementDescription:
			say("described", result.ParamOIDs, len(result.Fields))
		default:
			say("other", fmt.Sprintf("%T", results), told(err))
		}
	}
	say("close", told(line.Close()))
	say("alive", rows(connection.Query(ctx, "SELECT 'alive'")))
}

func copying() {
	heading("copy")
	connection := connect(nil)
	defer connection.Close(ctx)
	transaction, err := connection.Begin(ctx)
	must(err)
	count, err := transaction.CopyFrom(ctx, pgx.Identifier{"intake"}, []string{"number", "line", "at", "part"},
		pgx.CopyFromSlice(20000, func(number int) ([]any, error) {
			return []any{number, fmt.Sprintf("line %d ü", number), time.Unix(int64(number), 0), []byte{byte(number)}}, nil
		}))
	say("in", count, err)
	say("there", rows(transaction.Query(ctx, "SELECT count(*), sum(number), sum(length(line)) FROM intake")))
	must(transaction.Rollback(ctx))
	var out bytes.Buffer
	tag, err := connection.PgConn().CopyTo(ctx, &out, "COPY (SELECT * FROM people ORDER BY id) TO STDOUT (FORMAT csv, HEADER)")
	say("out", tag, err, out.Len(), strings.SplitN(out.String(), "\n", 3)[:2])
	tag, err = connection.PgConn().CopyFrom(ctx, strings.NewReader("1\ntwo\n3\n"), "COPY intake (number) FROM STDIN")
	say("a wrong row", tag, told(err))
	tag, err = connection.PgConn().CopyFrom(ctx, io.MultiReader(strings.NewReader("1\n"), broken{}), "COPY intake (number) FROM STDIN")
	say("given up", tag, told(err))
	tag, err = connection.PgConn().CopyTo(ctx, io.Discard, "COPY (SELECT 1 / (9 - i) FROM generate_series(1, 20) AS i) TO STDOUT")
	say("failed", tag, told(err))
	say("alive", rows(connection.Query(ctx, "SELECT count(*) FROM intake")))
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("the source is broken") }

func objects() {
	heading("large objects")
	connection := connect(nil)
	defer connection.Close(ctx)
	transaction, err := connection.Begin(ctx)
	must(err)
	objects := transaction.LargeObjects()
	id, err := objects.Create(ctx, 0)
	must(err)
	object, err := objects.Open(ctx, id, pgx.LargeObjectModeRead|pgx.LargeObjectModeWrite)
	must(err)
	written, err := object.Write(bytes.Repeat([]byte("0123456789"), 300000))
	say("written", written, err)
	at, err := object.Seek(-12, io.SeekEnd)
	say("at", at, err)
	rest, err := io.ReadAll(object)
	say("rest", string(rest), err)
	must(objects.Unlink(ctx, id))
	must(transaction.Rollback(ctx))
}

func notifications() {
	heading("notifications")
	listening, telling := connect(nil), connect(nil)
	defer listening.Close(ctx)
	defer telling.Close(ctx)
	_, err := listening.Exec(ctx, "LISTEN here")
	must(err)
	for _, words := range []string{"one", "two"} {
		_, err = telling.Exec(ctx, "SELECT pg_notify('here', $1)", words)
		must(err)
		notification, err := listening.WaitForNotification(ctx)
		must(err)
		say("told", notification.Channel, notification.Payload, notification.PID == telling.PgConn().PID())
	}
}

func cancelling() {
	heading("cancel")
	connection, other := connect(nil), connect(nil)
	defer connection.Close(ctx)
	defer other.Close(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for free := true; free; {
			must(other.QueryRow(ctx, "SELECT pg_try_advisory_xact_lock(78)").Scan(&free))
		}
		must(connection.PgConn().CancelRequest(ctx))
	}()
	say("cancelled", rows(connection.Query(ctx, "SELECT pg_advisory_xact_lock(78), pg_sleep(60)")))
	<-done
	say("alive", rows(connection.Query(ctx, "SELECT 'alive'")))
	short, stop := context.WithTimeout(ctx, 50*time.Millisecond)
	defer stop()
	_, err := other.Exec(short, "SELECT pg_sleep(60)")
	say("out of time", errors.Is(err, context.DeadlineExceeded), other.IsClosed())
}

func pool() {
	heading("pool")
	config, err := pgxpool.ParseConfig("pool_max_conns=8")
	must(err)
	connections, err := pgxpool.NewWithConfig(ctx, config)
	must(err)
	defer connections.Close()
	var work sync.WaitGroup
	sums := make([]int, 400)
	for number := range sums {
		work.Go(func() {
			must(connections.QueryRow(ctx, "SELECT $1::int * 2 FROM people WHERE id = $2", number, 1+number%500).Scan(&sums[number]))
		})
	}
	work.Wait()
	total := 0
	for _, sum := range sums {
		total += sum
	}
	say("answers", total)
	var long string
	must(connections.QueryRow(ctx, "SELECT repeat('x', 20000000)").Scan(&long))
	say("long", len(long))
}

func main() {
	modes()
	batches()
	pipelines()
	copying()
	objects()
	notifications()
	cancelling()
	pool()
}
