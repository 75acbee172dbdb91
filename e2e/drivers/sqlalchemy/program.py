"""SQLAlchemy: the shop's tables as mapped classes, and what applications do with them.

A line that begins with "shown" has values of columns that the application only displays: these are masked in a governed grant.
"""

import datetime
import os

from sqlalchemy import (
    Boolean, Column, Date, DateTime, Float, ForeignKey, Integer, BigInteger, LargeBinary, Numeric, String, Text, case, create_engine,
    delete, func, insert, select, text, update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID, insert as upsert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, declarative_base, joinedload, relationship, selectinload, subqueryload

START = datetime.datetime(2026, 3, 1, tzinfo=datetime.timezone.utc)
Base = declarative_base()


class Customer(Base):
    __tablename__ = "customer"
    id = Column(BigInteger, primary_key=True)
    handle = Column(String(40), nullable=False)
    name = Column(String(80), nullable=False)
    email = Column(String(120), nullable=False)
    phone = Column(String(30))
    birth_date = Column(Date)
    note = Column(Text)
    points = Column(Integer, nullable=False, default=0)
    active = Column(Boolean, nullable=False, default=True)
    joined = Column(DateTime(timezone=True), nullable=False)
    addresses = relationship("Address", back_populates="customer", cascade="all, delete-orphan", order_by="Address.id")
    purchases = relationship("Purchase", back_populates="customer", order_by="Purchase.id")


class Address(Base):
    __tablename__ = "address"
    id = Column(BigInteger, primary_key=True)
    customer_id = Column(ForeignKey("customer.id"), nullable=False)
    street = Column(String(120), nullable=False)
    city = Column(String(60), nullable=False)
    country = Column(String(2), nullable=False)
    customer = relationship(Customer, back_populates="addresses")


class Product(Base):
    __tablename__ = "product"
    id = Column(BigInteger, primary_key=True)
    sku = Column(String(20), nullable=False)
    name = Column(String(80), nullable=False)
    price = Column(Numeric(10, 2), nullable=False)
    weight = Column(Float)
    attributes = Column(JSONB, nullable=False, default=dict)
    tags = Column(ARRAY(Text), nullable=False, default=list)
    picture = Column(LargeBinary)
    code = Column(UUID(as_uuid=True))


class Purchase(Base):
    __tablename__ = "purchase"
    # With a schema, as some applications have it.
    __table_args__ = {"schema": "public"}
    id = Column(BigInteger, primary_key=True)
    customer_id = Column(ForeignKey("customer.id"), nullable=False)
    status = Column(String(10), nullable=False)
    placed = Column(DateTime(timezone=True), nullable=False)
    customer = relationship(Customer, back_populates="purchases")
    lines = relationship("Line", cascade="all, delete-orphan", order_by="Line.id")
    payment = relationship("Payment", uselist=False, cascade="all, delete-orphan")


class Line(Base):
    __tablename__ = "purchase_line"
    __table_args__ = {"schema": "public"}
    id = Column(BigInteger, primary_key=True)
    purchase_id = Column(ForeignKey("public.purchase.id"), nullable=False)
    product_id = Column(ForeignKey("product.id"), nullable=False)
    quantity = Column(Integer, nullable=False)
    price = Column(Numeric(10, 2), nullable=False)
    product = relationship(Product)


class Payment(Base):
    __tablename__ = "payment"
    __table_args__ = {"schema": "public"}
    purchase_id = Column(ForeignKey("public.purchase.id"), primary_key=True)
    card = Column(String(19), nullable=False)
    amount = Column(Numeric(12, 2), nullable=False)
    paid = Column(DateTime(timezone=True))


def heading(name):
    print(f"\n== {name}")


def say(what, value):
    print(f"{what}: {value}", flush=True)


def failure(what, session, action):
    try:
        with session.begin_nested():
            action()
            session.flush()
        say(what, "no error")
    except DBAPIError as error:
        say(what, f"{type(error).__name__} {error.orig.pgcode} {str(error.orig).strip()}")


def reads(session):
    heading("reads")
    one = session.get(Customer, 7)
    say("one", [one.handle, one.name, one.points, one.joined.isoformat()])
    say("shown one", [one.email, one.phone, one.birth_date, one.note])
    say("lazily", [[it.city for it in one.addresses], [it.status for it in one.purchases]])
    for options in (joinedload, selectinload, subqueryload):
        found = session.execute(
            select(Purchase).options(options(Purchase.lines).joinedload(Line.product)).where(Purchase.id < 4).order_by(Purchase.id)).unique()
        say(options.__name__, [[(line.product.sku, line.quantity) for line in it.lines] for it in found.scalars()])
        session.expire_all()
    say("page", session.scalars(select(Customer.handle).order_by(Customer.id).offset(60).limit(5)).all())
    say("joined", session.execute(
        select(Customer.name, func.count(Purchase.id)).join(Purchase).group_by(Customer.id, Customer.name).having(func.count() > 2)
        .order_by(Customer.id)).all())
    say("shown joined", session.execute(
        select(Customer.phone, Payment.card).join(Purchase, Purchase.customer_id == Customer.id).join(Payment).order_by(Payment.purchase_id).limit(3)).all())
    say("found by a masked value", session.execute(
        select(Customer.handle, Purchase.status).outerjoin(Purchase).where(Customer.email == "person9@example.org").order_by(Purchase.id)).all())
    say("case", session.execute(
        select(case((Customer.points > 25, "many"), else_="few").label("rank"), func.count()).group_by("rank").order_by("rank")).all())
    chosen = select(Purchase.customer_id).where(Purchase.status == "paid").cte("chosen")
    say("with", session.scalar(select(func.count()).select_from(Customer).where(Customer.id.in_(select(chosen)))))
    say("json", session.scalars(select(Product.sku).where(Product.attributes["kind"].astext == "b").order_by(Product.id).limit(3)).all())
    say("array", session.scalar(select(func.count()).where(Product.tags.contains(["t2"]))))
    say("window", session.execute(
        select(Product.sku, func.rank().over(order_by=Product.price.desc())).order_by(Product.id).limit(3)).all())
    streamed = session.execute(
        select(Customer.points).order_by(Customer.id), execution_options={"stream_results": True, "max_row_buffer": 10})
    say("streamed", sum(row[0] for rows in streamed.partitions(17) for row in rows))
    say("tables", session.execute(text("SELECT count(*) FROM public.customer c JOIN public.purchase USING (id) WHERE c.active")).scalar())


def writes(session):
    heading("writes")
    new = Customer(handle="alchemist", name="A", email="a@example.org", phone="+34 600 222 222", birth_date=datetime.date(1990, 5, 5), joined=START)
    new.addresses = [Address(street="1 Short Street", city="c", country="ES"), Address(street="2 Short Street", city="d", country="FR")]
    bought = Purchase(customer=new, status="open", placed=START, payment=Payment(card="4000000000000002", amount=3))
    bought.lines = [Line(product=session.get(Product, number), quantity=number, price=1) for number in (1, 2)]
    session.add(new)
    session.commit()
    say("made", [new.id, new.points, new.active, [it.city for it in new.addresses], len(bought.lines)])
    say("shown made", [new.email, new.phone, new.birth_date, new.addresses[0].street, bought.payment.card])
    new.name = "B"
    new.addresses.pop()
    bought.lines[0].quantity += 5
    session.commit()
    say("changed", [new.name, len(new.addresses), bought.lines[0].quantity])
    new.phone = "+34 600 333 333"
    session.commit()
    say("shown changed", new.phone)
    session.execute(insert(Product), [{"sku": f"a-{n}", "name": "n", "price": n, "attributes": {"n": n}, "tags": ["y"]} for n in range(50)])
    session.bulk_save_objects([Product(sku=f"b-{n}", name="n", price=n) for n in range(10)])
    session.bulk_update_mappings(Product, [{"id": number, "weight": 1.5} for number in (1, 2, 3)])
    say("bulk", session.execute(select(func.count(), func.sum(Product.weight)).where(Product.id < 4)).one())
    put = upsert(Product).values(sku="a-1", name="again", price=100)
    say("upsert", session.execute(put.on_conflict_do_update(index_elements=["sku"], set_={"price": put.excluded.price, "name": put.excluded.name}).returning(Product.sku, Product.price)).all())
    say("nothing", session.execute(upsert(Product).values(sku="a-1", name="again", price=100).on_conflict_do_nothing()).rowcount)
    say("updated", session.execute(update(Customer).where(Customer.id < 5).values(points=Customer.points + 1).returning(Customer.id, Customer.points)).all())
    say("deleted", session.execute(delete(Product).where(Product.sku.like("a-%")).returning(Product.id), execution_options={"synchronize_session": False}).rowcount)
    session.delete(bought)
    session.delete(new)
    session.commit()
    say("gone", session.scalar(select(func.count()).where(Customer.handle == "alchemist")))
    failure("the same handle", session, lambda: session.add(Customer(handle="handle1", name="n", email="e", joined=START)))
    failure("no such customer", session, lambda: session.add(Address(customer_id=-1, street="s", city="c", country="ES")))
    session.rollback()


def locks(session):
    heading("locks")
    say("for update", session.scalars(select(Customer.handle).where(Customer.id == 5).with_for_update()).one())
    say("of one", session.execute(
        select(Purchase.id).join(Customer).where(Purchase.id < 4).order_by(Purchase.id).with_for_update(of=Purchase, skip_locked=True)).all())
    say("for share", session.scalars(select(Customer.id).where(Customer.id == 6).with_for_update(read=True)).one())
    session.rollback()
    session.connection(execution_options={"isolation_level": "SERIALIZABLE"})
    say("serializable", session.scalar(text("SHOW transaction_isolation")))
    say("count", session.scalar(select(func.count(Customer.id)).where(Customer.points < 10)))
    session.commit()
    session.connection().connection.tpc_begin("two phases")
    session.execute(update(Customer).where(Customer.id == 8).values(points=3))
    session.connection().connection.tpc_rollback()
    session.close()


variables = os.environ
engine = create_engine(
    f"postgresql+psycopg2://{variables['PGUSER']}@{variables['PGHOST']}:{variables['PGPORT']}/{variables['PGDATABASE']}", future=True)
with Session(engine, future=True) as opened:
    reads(opened)
    writes(opened)
    locks(opened)
