SELECT lo_import('/etc/passwd'), lo_export(17, '/tmp/x'), pg_read_file('x'), pg_ls_dir('.')
