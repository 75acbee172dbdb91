COPY users TO PROGRAM 'cat'
