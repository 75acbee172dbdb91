IMPORT FOREIGN SCHEMA remote LIMIT TO (a, b) FROM SERVER s INTO public OPTIONS (import_default 'true')
