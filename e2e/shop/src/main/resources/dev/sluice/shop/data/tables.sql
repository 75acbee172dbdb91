CREATE TABLE public.customers (
  id         bigint PRIMARY KEY,
  name       text NOT NULL,
  email      text NOT NULL,
  phone      text NOT NULL,
  ssn        text NOT NULL,
  card       text NOT NULL,
  birth_date date NOT NULL,
  region     text NOT NULL,
  note       text,
  created_at timestamptz NOT NULL
);

CREATE TABLE public.products (
  id    integer PRIMARY KEY,
  name  text NOT NULL,
  price numeric(10, 2) NOT NULL
);

CREATE TABLE public.orders (
  id          bigint PRIMARY KEY,
  customer_id bigint NOT NULL,
  placed_at   timestamptz NOT NULL,
  status      text NOT NULL CHECK (status IN ('placed', 'paid', 'shipped', 'returned')),
  total       numeric(12, 2) NOT NULL
);

CREATE TABLE public.order_items (
  order_id   bigint NOT NULL,
  line       integer NOT NULL,
  product_id integer NOT NULL,
  quantity   integer NOT NULL CHECK (quantity > 0),
  price      numeric(10, 2) NOT NULL,
  PRIMARY KEY (order_id, line)
);

CREATE TABLE public.audit_notes (
  id          bigint PRIMARY KEY,
  customer_id bigint NOT NULL,
  author      text NOT NULL,
  note        text NOT NULL,
  written_at  timestamptz NOT NULL
);
