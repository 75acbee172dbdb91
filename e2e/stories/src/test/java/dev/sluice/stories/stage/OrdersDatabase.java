package dev.sluice.stories.stage;

/** The demo's database, seen by its superuser from inside its own pod: the truth. */
public final class OrdersDatabase {
  private OrdersDatabase() {}

  /** Runs a query and gives its rows as psql prints them unaligned. */
  public static String query(String statement) {
    return Kubectl.run(
            "-n",
            "databases",
            "exec",
            "orders-db-0",
            "--",
            "psql",
            "-U",
            "postgres",
            "-d",
            "shop",
            "-X",
            "-At",
            "-c",
            statement)
        .required()
        .output()
        .strip();
  }

  /** How many roles the accesses of a namespace have. */
  public static int roles(String namespace) {
    return Integer.parseInt(
        query(
            "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'sluice\\_%s\\_%%'"
                .formatted(namespace)));
  }
}
