-- One row for each life of a gate's spool: whose it is, and how far it has come.
CREATE TABLE chains (
  chain           text        PRIMARY KEY,
  namespace       text        NOT NULL,
  service_account text        NOT NULL,
  pod             text        NOT NULL,
  pod_uid         text        NOT NULL,
  last_sequence   bigint      NOT NULL,
  last_hash       text        NOT NULL,
  begun_at        timestamptz NOT NULL DEFAULT now(),
  last_at         timestamptz NOT NULL DEFAULT now()
);

-- One row for each event. The document is the event; the columns are what people search by.
CREATE TABLE events (
  id              uuid        PRIMARY KEY,
  chain           text        NOT NULL REFERENCES chains,
  sequence        bigint      NOT NULL,
  time            timestamptz NOT NULL,
  received_at     timestamptz NOT NULL DEFAULT now(),
  type            text        NOT NULL,
  outcome         text        NOT NULL,
  access          text        NOT NULL,
  database        text        NOT NULL,
  namespace       text        NOT NULL,
  pod             text        NOT NULL,
  document        jsonb       NOT NULL
);
CREATE INDEX events_time ON events (time DESC, id DESC);
CREATE INDEX events_access ON events (access, time DESC);
CREATE INDEX events_namespace ON events (namespace, pod, time DESC);
CREATE INDEX events_chain ON events (chain, sequence);

-- Where a chain does not go on as it should, or an event is not as it was sealed: evidence about the evidence.
CREATE TABLE gaps (
  id              bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  chain           text        NOT NULL REFERENCES chains,
  kind            text        NOT NULL CHECK (kind IN ('MISSING', 'BROKEN', 'REPEATED', 'ALTERED')),
  after_sequence  bigint      NOT NULL,
  found_sequence  bigint      NOT NULL,
  event           uuid        NOT NULL,
  detected_at     timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX gaps_chain ON gaps (chain);
