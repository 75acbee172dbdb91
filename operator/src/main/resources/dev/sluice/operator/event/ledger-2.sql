-- Events of one trace and of one relation are looked for among all. Events of before have no trace.
CREATE INDEX events_trace ON events ((document ->> 'traceId'), time DESC) WHERE document ->> 'traceId' IS NOT NULL;
CREATE INDEX events_relations ON events USING gin ((document -> 'relations'));
