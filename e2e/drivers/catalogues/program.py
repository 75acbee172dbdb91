"""What tools find in the catalogue: psql, information_schema, Django's inspectdb, SQLAlchemy's reflection."""

import io
import os
import subprocess

import sqlalchemy
from django.conf import settings
from django.core.management import call_command

TABLES = ("customer", "address", "product", "purchase", "payment")


def heading(name):
    print(f"\n== {name}", flush=True)


def psql(*commands):
    for command in commands:
        heading(command)
        subprocess.run(["psql", "-X", "-w", "-P", "pager=off", "-c", command], check=False, stderr=subprocess.STDOUT)


def inspectdb():
    import django

    settings.configure(
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql", "HOST": os.environ["PGHOST"], "PORT": os.environ["PGPORT"],
                "USER": os.environ["PGUSER"], "NAME": os.environ["PGDATABASE"],
            }
        }
    )
    django.setup()
    from django.db import connection

    heading("tables and views for inspectdb")
    with connection.cursor() as cursor:
        found = connection.introspection.get_table_list(cursor)
    print(sorted(name for name in connection.introspection.table_names() if name in TABLES))
    print(sorted((each.name, each.type) for each in found if each.name in TABLES))
    for arguments in ({}, {"include_views": True}):
        heading(f"inspectdb {arguments}")
        out = io.StringIO()
        try:
            call_command("inspectdb", *([] if arguments else TABLES), stdout=out, no_color=True, **arguments)
        except Exception as failure:
            print(type(failure).__name__, failure)
        print(out.getvalue())


def reflection():
    engine = sqlalchemy.create_engine(
        "postgresql+psycopg2://{PGUSER}@{PGHOST}:{PGPORT}/{PGDATABASE}".format(**os.environ), future=True)
    look = sqlalchemy.inspect(engine)
    heading("SQLAlchemy's inspector")
    print("default schema", look.default_schema_name)
    for schema in (None, "public"):
        print("tables", schema, [name for name in sorted(look.get_table_names(schema)) if name in TABLES])
        print("views", schema, [name for name in sorted(look.get_view_names(schema)) if name in TABLES])
        for table in TABLES:
            print(schema, table, "there:", look.has_table(table, schema))
            for column in look.get_columns(table, schema):
                print(" ", column["name"], repr(column["type"]), "nullable:", column["nullable"], "default:", column["default"])
            print("  key", look.get_pk_constraint(table, schema))
            print("  keys", look.get_foreign_keys(table, schema))
            print("  unique", look.get_unique_constraints(table, schema))
            print("  indexes", look.get_indexes(table, schema))
    heading("SQLAlchemy's Table(autoload_with=...)")
    for schema in (None, "public"):
        table = sqlalchemy.Table("payment", sqlalchemy.MetaData(), schema=schema, autoload_with=engine)
        print(schema, [f"{column.name} {column.type}" for column in table.columns], list(table.primary_key.columns.keys()))


psql(r"\dt (address|customer|payment|product|purchase)", r"\dv (address|customer|payment)", r"\d customer", r"\d+ customer", r"\d public.customer", r"\d purchase", r"\d product", r"\dt customer", r"\di (customer|payment)*")
for name in ("columns", "tables", "table_constraints"):
    order = {"columns": "ordinal_position", "tables": "table_schema", "table_constraints": "constraint_name"}[name]
    shown = {
        "columns": "column_name, ordinal_position, data_type, character_maximum_length, is_nullable, column_default, is_identity",
        "tables": "table_name, table_type", "table_constraints": "constraint_type, constraint_name",
    }[name]
    psql(f"SELECT {shown} FROM information_schema.{name} WHERE table_schema = 'public' AND table_name = 'customer' ORDER BY {order}")
psql(
    "SELECT table_schema = 'public' AS base, table_name, table_type FROM information_schema.tables WHERE table_name = 'customer' ORDER BY 1",
    "SELECT to_regclass('customer')::text, 'customer'::regclass = 'public.customer'::regclass AS is_the_table",
)
inspectdb()
reflection()
