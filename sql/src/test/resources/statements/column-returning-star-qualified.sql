INSERT INTO public.käufer (id, name) VALUES (7731, 'n') RETURNING käufer.*
