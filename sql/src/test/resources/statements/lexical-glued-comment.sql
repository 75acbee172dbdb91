SELECT/**/id/**/FROM/**/public.customers/**/WHERE/**/id=1
