SELECT B'101', X'1FF', N'x', 1.5e3, 0x1F, 1_000 FROM public.users
