"""The shop's report: reads with psycopg, copies customers out, books an order. It says nowhere how to reach the database."""

import psycopg

with psycopg.connect() as connection:
    print("Sales by month:")
    for month, orders, total in connection.execute(
        "SELECT to_char(placed_at, 'YYYY-MM'), count(*), sum(total) FROM orders GROUP BY 1 ORDER BY 1 LIMIT 3"
    ):
        print(f"  {month}  {orders:6}  {total:14,}")

    print("Customers by COPY:")
    with connection.cursor().copy(
        "COPY (SELECT id, name, email, ssn, card FROM customers WHERE id <= 3 ORDER BY id) TO STDOUT"
    ) as copy:
        for row in copy.rows():
            print(" ", *row)

    order = connection.execute(
        "INSERT INTO orders (customer_id, placed_at, status, total) VALUES (%s, now(), 'placed', %s) RETURNING id",
        (7, "12.50"),
    ).fetchone()[0]
    connection.execute("UPDATE orders SET status = 'paid' WHERE id = %s", (order,))
    status = connection.execute("SELECT status FROM orders WHERE id = %s", (order,)).fetchone()[0]
    print(f"Order {order} is {status}.")
