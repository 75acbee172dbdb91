"""Django: models of the shop, what applications do with them, and migrations of an application's own tables.

A line that begins with "shown" has values of columns that the application only displays: these are masked in a governed grant.
"""

import datetime
import decimal
import os
import pathlib
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import django  # noqa: E402
from django.conf import settings  # noqa: E402

settings.configure(
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql", "HOST": os.environ["PGHOST"], "PORT": os.environ["PGPORT"],
            "USER": os.environ["PGUSER"], "NAME": os.environ["PGDATABASE"],
        }
    },
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.postgres", "shop", "reviews"], USE_TZ=True, TIME_ZONE="UTC",
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
django.setup()

from django.core.management import call_command  # noqa: E402
from django.core.paginator import Paginator  # noqa: E402
from django.db import Error, IntegrityError, connection, transaction  # noqa: E402
from django.db.models import Avg, Count, Exists, F, Max, OuterRef, Prefetch, Q, Subquery, Sum, Window  # noqa: E402
from django.db.models.functions import ExtractYear, RowNumber, TruncMonth, Upper  # noqa: E402
from shop.models import Address, Category, Customer, Payment, Product, Purchase, PurchaseLine  # noqa: E402

START = datetime.datetime(2026, 3, 1, tzinfo=datetime.timezone.utc)


def heading(name):
    print(f"\n== {name}")


def say(what, value):
    print(f"{what}: {value}", flush=True)


def failure(what, action):
    try:
        with transaction.atomic():
            action()
        say(what, "no error")
    except Error as error:
        state = getattr(error.__cause__, "pgcode", None)
        say(what, f"{type(error).__name__} {state} {str(error).strip()}")


def reads():
    heading("reads")
    ada = Customer.objects.get(handle="handle7")
    say("one", [ada.id, ada.name, ada.points, ada.active, ada.joined.isoformat()])
    say("shown one", [ada.email, ada.phone, ada.birth_date, ada.note])
    say("no such", Customer.objects.filter(handle="nobody").exists())
    say("page", [list(page.object_list.values_list("handle", flat=True)) for page in [
        Paginator(Customer.objects.order_by("id"), 30).page(number) for number in (1, 7)]])
    say("pages", Paginator(Customer.objects.order_by("id"), 30).num_pages)
    say("by conditions", list(
        Customer.objects.filter(Q(points__gt=47) | Q(handle__startswith="handle19"), active=True)
        .exclude(name__icontains="NAME 195").order_by("-points", "id").values_list("id", "points")))
    say("in and between", Customer.objects.filter(id__in=range(5, 90, 7), joined__range=(START.replace(month=1, day=1), START)).count())
    say("found by a masked value", [
        Customer.objects.get(email="person7@example.org").handle, Customer.objects.filter(email="nobody@example.org").count(),
        Purchase.objects.filter(customer__email="person9@example.org").count(),
        Customer.objects.filter(pk__in=Customer.objects.filter(email="person3@example.org").values("pk"), active=True).count()])
    for address in Address.objects.select_related("customer").order_by("id")[:5]:
        say("address", [address.customer.handle, address.city, address.country])
        say("shown address", [address.street, address.customer.phone])
    bought = Purchase.objects.prefetch_related(Prefetch("lines", PurchaseLine.objects.select_related("product").order_by("id"))).order_by("id")
    for purchase in bought[:3]:
        say("purchase", [purchase.status, [(line.product.sku, line.quantity, str(line.price)) for line in purchase.lines.all()]])
    say("across", list(
        Customer.objects.filter(purchases__lines__product__categories__name="novels").distinct().order_by("id").values_list("id", flat=True)[:10]))
    say("tree", list(Category.objects.filter(parent__parent__name="all").values_list("name", flat=True)))
    say("json", list(Product.objects.filter(attributes__kind="a", attributes__pages__gte=50).order_by("id").values_list("sku", flat=True)))
    say("array", Product.objects.filter(tags__contains=["t1"]).count())
    say("shown payments", list(Payment.objects.order_by("purchase_id").values_list("card", "amount")[:4]))
    say("one to one", [str(it.payment.amount) for it in Purchase.objects.select_related("payment").filter(payment__isnull=False).order_by("id")[:4]])
    say("deferred", [it.handle for it in Customer.objects.defer("phone", "note").order_by("id")[:3]])
    say("only", [it.name for it in Customer.objects.only("name").order_by("-id")[:3]])
    say("in bulk", sorted(Product.objects.in_bulk(["sku-1", "sku-9"], field_name="sku")))
    say("iterated by a server-side cursor", sum(it.points for it in Customer.objects.order_by("id").iterator(chunk_size=13)))
    say("union", Customer.objects.filter(id__lt=4).values_list("id").union(Customer.objects.filter(id__gt=198).values_list("id")).count())


def aggregates():
    heading("aggregates")
    say("all", Customer.objects.aggregate(Count("id"), Sum("points"), Max("joined"), average=Avg("points")))
    say("by status", list(Purchase.objects.values("status").annotate(n=Count("id"), last=Max("placed")).order_by("status")))
    say("turnover", list(
        Purchase.objects.annotate(total=Sum(F("lines__price") * F("lines__quantity"))).filter(total__gt=100).order_by("-total", "id")
        .values_list("id", "total")[:5]))
    say("by month", list(Purchase.objects.annotate(month=TruncMonth("placed")).values("month").annotate(n=Count("id")).order_by("month").values_list("month", "n")))
    say("by year", list(Customer.objects.annotate(year=ExtractYear("joined")).values("year").annotate(n=Count("id")).values_list("year", "n")))
    say("subquery", list(
        Customer.objects.annotate(last=Subquery(Purchase.objects.filter(customer=OuterRef("pk")).order_by("-placed").values("status")[:1]))
        .filter(last__isnull=False).order_by("id").values_list("id", "last")[:6]))
    say("exists", Customer.objects.filter(Exists(Purchase.objects.filter(customer=OuterRef("pk"), status="sent"))).count())
    say("window", list(
        Product.objects.annotate(place=Window(RowNumber(), partition_by=F("attributes__kind"), order_by=F("price").desc()))
        .order_by("id").values_list("sku", "place")[:6]))
    say("function", list(Customer.objects.annotate(loud=Upper("name")).order_by("id").values_list("loud", flat=True)[:2]))


def writes():
    heading("writes")
    new = Customer.objects.create(
        handle="new", name="New", email="new@example.org", phone="+34 600 999 999", birth_date=datetime.date(1999, 9, 9),
        note="said something", points=1, joined=START)
    say("made", new.id)
    new.name = "Newer"
    new.save(update_fields=["name"])
    new.refresh_from_db()
    say("changed", [new.name, new.points])
    say("shown changed", [new.email, new.phone, new.birth_date, new.note])
    Customer.objects.filter(pk=new.pk).update(points=F("points") + 41, phone="+34 600 111 111")
    say("counted up", Customer.objects.get(pk=new.pk).points)
    say("shown counted up", Customer.objects.values_list("phone", flat=True).get(pk=new.pk))
    some = Product.objects.bulk_create([
        Product(sku=f"bulk-{number}", name=f"bulk {number}", price=decimal.Decimal(number) / 4, attributes={"n": number}, tags=["x"],
                picture=bytes([number])) for number in range(40)], batch_size=15)
    say("bulk", [some[0].id, some[-1].id, len(some)])
    for product in some[:10]:
        product.price += 1
    Product.objects.bulk_update(some[:10], ["price"])
    say("bulk changed", [str(it) for it in Product.objects.filter(sku__startswith="bulk-").order_by("id").values_list("price", flat=True)[:12]])
    say("ignored", len(Product.objects.bulk_create([Product(sku="bulk-1", name="twice", price=1), Product(sku="bulk-99", name="n", price=1)], ignore_conflicts=True)))
    say("there", Product.objects.filter(sku__startswith="bulk-").count())
    say("got or made", [Category.objects.get_or_create(name=name, defaults={"parent_id": 1})[1] for name in ("films", "books")])
    say("changed or made", [
        Product.objects.update_or_create(sku=sku, defaults={"name": "by sku", "price": 3})[1] for sku in ("sku-5", "sku-new")])
    purchase = Purchase.objects.create(customer=new, status="open", placed=START)
    purchase.lines.create(product=some[0], quantity=2, price=5)
    some[0].categories.add(1, 2)
    some[0].categories.set([2, 3])
    say("categories", list(some[0].categories.order_by("id").values_list("name", flat=True)))
    Payment.objects.create(purchase=purchase, card="4111111111111111", amount=10, paid=None)
    say("shown card", Payment.objects.get(pk=purchase.pk).card)
    say("deleted", Product.objects.filter(sku__startswith="bulk-", purchaselines__isnull=True).delete())
    say("picture", bytes(Product.objects.get(sku="bulk-0").picture))
    failure("the same handle", lambda: Customer.objects.create(handle="new", name="n", email="e", joined=START))
    failure("too few points", lambda: Customer.objects.filter(pk=new.pk).update(points=-1))
    failure("in use", lambda: Customer.objects.filter(pk=1)._raw_delete("default"))
    failure("too long", lambda: Customer.objects.create(handle="x" * 41, name="n", email="e", joined=START))
    say("upsert", upsert())


def upsert():
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO product (sku, name, price) VALUES (%s, %s, %s) ON CONFLICT (sku) DO UPDATE SET price = excluded.price + product.price"
            " RETURNING sku, price", ["sku-3", "three", 10])
        return cursor.fetchall()


def transactions():
    heading("transactions")
    try:
        with transaction.atomic():
            Customer.objects.filter(pk=3).update(points=1000)
            try:
                with transaction.atomic():
                    Customer.objects.filter(pk=4).update(points=1000)
                    Customer.objects.create(handle="handle4", name="n", email="e", joined=START)
            except IntegrityError:
                say("in the middle", list(Customer.objects.filter(pk__in=[3, 4]).order_by("pk").values_list("points", flat=True)))
            raise KeyError
    except KeyError:
        say("after", list(Customer.objects.filter(pk__in=[3, 4]).order_by("pk").values_list("points", flat=True)))
    with transaction.atomic():
        one = Customer.objects.select_for_update().get(pk=9)
        say("locked", [one.handle, one.points])
        say("locked, no wait", [it.id for it in Customer.objects.select_for_update(nowait=True).filter(pk__in=[9, 10]).order_by("id")])
        say("locked, skipped", [it.id for it in Purchase.objects.select_for_update(skip_locked=True, of=("self",)).select_related("customer").order_by("id")[:2]])
        one.points = 77
        one.save(update_fields=["points"])
    say("kept", Customer.objects.get(pk=9).points)
    hooks = []
    with transaction.atomic():
        transaction.on_commit(lambda: hooks.append("done"))
    say("on commit", hooks)
    with connection.cursor() as cursor:
        cursor.execute("PREPARE bought (bigint) AS SELECT status, count(*) FROM purchase WHERE customer_id = $1 GROUP BY status ORDER BY status")
        for customer in (1, 2):
            cursor.execute("EXECUTE bought (%s)", [customer])
            say("prepared", cursor.fetchall())
        cursor.execute("DEALLOCATE bought")


def migrates():
    heading("migrates")
    call_command("migrate", verbosity=1, no_color=True)
    from reviews.models import Review
    Review.objects.bulk_create([Review(customer_id=number, product_id=1, words=f"words {number}", stars=number % 5) for number in range(1, 21)])
    say("reviews", Review.objects.aggregate(Count("id"), Avg("stars")))
    say("of customers", list(Review.objects.select_related("customer").order_by("id").values_list("customer__handle", "stars")[:3]))
    say("shown of customers", list(Review.objects.order_by("id").values_list("customer__phone", "customer__email")[:2]))
    call_command("showmigrations", "reviews", no_color=True)
    call_command("migrate", check_unapplied=True, verbosity=0)
    call_command("makemigrations", check_changes=True, dry_run=True, no_color=True)


def migrates_back():
    heading("migrates back")
    call_command("migrate", "reviews", "zero", verbosity=1, no_color=True)
    failure("a table of somebody else", lambda: connection.cursor().execute("ALTER TABLE customer ADD COLUMN extra text"))
    connection.cursor().execute("DROP TABLE django_migrations, django_content_type")
    say("tables", sorted(name for name in connection.introspection.table_names() if name.startswith(("django", "review"))))


for part in (reads, aggregates, migrates, writes, transactions, migrates_back):
    part()
