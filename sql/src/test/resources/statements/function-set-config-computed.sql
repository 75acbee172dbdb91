SELECT set_config('ro' || 'le', current_user, false)
