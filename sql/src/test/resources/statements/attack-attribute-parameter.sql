SELECT ($1).secret
