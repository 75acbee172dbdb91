COPY sink FROM '/etc/passwd'
