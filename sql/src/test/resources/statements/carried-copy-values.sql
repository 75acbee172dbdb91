COPY (VALUES (1, 'a')) TO PROGRAM 'cat > /tmp/x' WITH (FORMAT binary)
