SELECT pg_read_file('/etc/passwd'), lo_import('/etc/passwd'), pg_ls_dir('.')
