SELECT lo_create(0), lo_put(17, 0, '\x00'), lo_get(17), lo_unlink(17), loread(lo_open(17, 262144), 10)
