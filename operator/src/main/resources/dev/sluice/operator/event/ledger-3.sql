-- Who read or wrote a column is looked for among all. Events of before have no columns.
CREATE INDEX events_columns_read ON events USING gin ((document -> 'columnsRead'));
CREATE INDEX events_columns_written ON events USING gin ((document -> 'columnsWritten'));
