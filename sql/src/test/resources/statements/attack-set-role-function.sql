SELECT set_it('role', 'none')
