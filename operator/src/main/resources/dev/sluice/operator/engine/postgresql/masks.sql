-- The mask functions. All are IMMUTABLE and PARALLEL SAFE, built on what every server has, and give NULL for NULL.
--
-- Functions with a RETURN body are bound to what they call when they are made, so that no search_path of a caller can
-- put another function in its place, and the planner inlines them. Those in PL/pgSQL set their own search_path.
--
-- The key is two halves, each one block of SHA-256 long: hash(outer || hash(inner || value)), the construction of HMAC with
-- independent halves. It comes in as arguments, from a scalar subquery of the masked view, which runs once for a statement.

-- The keyed hash, in 64 hexadecimal digits.
CREATE OR REPLACE FUNCTION sluice.mask_hash(value text, inner_pad bytea, outer_pad bytea) RETURNS text
IMMUTABLE PARALLEL SAFE
RETURN encode(sha256(outer_pad || sha256(inner_pad || replace(value, '\', '\\')::bytea)), 'hex');

CREATE OR REPLACE FUNCTION sluice.mask_hash_bytes(value bytea, inner_pad bytea, outer_pad bytea) RETURNS bytea
IMMUTABLE PARALLEL SAFE
RETURN sha256(outer_pad || sha256(inner_pad || value));

-- A keyed number from 0 to 2^60 - 1.
CREATE OR REPLACE FUNCTION sluice.mask_number(value text, inner_pad bytea, outer_pad bytea) RETURNS bigint
IMMUTABLE PARALLEL SAFE
RETURN ('x' || left(sluice.mask_hash(value, inner_pad, outer_pad), 15))::bit(60)::bigint;

-- A keyed UUID of version 8 (RFC 9562: of one's own making).
CREATE OR REPLACE FUNCTION sluice.mask_uuid(value uuid, inner_pad bytea, outer_pad bytea) RETURNS uuid
IMMUTABLE PARALLEL SAFE
RETURN overlay(overlay(left(sluice.mask_hash(value::text, inner_pad, outer_pad), 32) PLACING '8' FROM 13) PLACING '8' FROM 17)::uuid;

-- A keyed date from 1900-01-01 to 2099-12-31.
CREATE OR REPLACE FUNCTION sluice.mask_date(value date, inner_pad bytea, outer_pad bytea) RETURNS date
IMMUTABLE PARALLEL SAFE
RETURN date '1900-01-01' + (sluice.mask_number(extract(epoch FROM value::timestamp)::text, inner_pad, outer_pad) % 73049)::integer;

-- A keyed time stamp of the same years, to the second.
CREATE OR REPLACE FUNCTION sluice.mask_timestamp(value timestamp, inner_pad bytea, outer_pad bytea) RETURNS timestamp
IMMUTABLE PARALLEL SAFE
RETURN timestamp '1900-01-01' + (sluice.mask_number(extract(epoch FROM value)::text, inner_pad, outer_pad) % 6311433600) * interval '1 second';

-- The first or last characters; a value that is no longer than what is kept is masked wholly.
CREATE OR REPLACE FUNCTION sluice.mask_keep_first(value text, kept integer) RETURNS text
IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN length(value) <= kept THEN repeat('*', length(value))
            ELSE left(value, kept) || repeat('*', length(value) - kept) END;

CREATE OR REPLACE FUNCTION sluice.mask_keep_last(value text, kept integer) RETURNS text
IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN length(value) <= kept THEN repeat('*', length(value))
            ELSE repeat('*', length(value) - kept) || right(value, kept) END;

-- The digit that completes a payload of at most 18 digits to a number that passes the Luhn check. The table holds, for each
-- pair of digits from 00 to 99, the sum of the first and the doubled second.
CREATE OR REPLACE FUNCTION sluice.luhn_digit(payload bigint) RETURNS integer
IMMUTABLE PARALLEL SAFE
RETURN (10 - (
    get_byte('\x000204060801030507090103050709020406080a020406080a030507090b030507090b0406080a0c0406080a0c0507090b0d0507090b0d06080a0c0e06080a0c0e07090b0d0f07090b0d0f080a0c0e10080a0c0e10090b0d0f11090b0d0f110a0c0e1012', (payload % 100)::integer)
  + get_byte('\x000204060801030507090103050709020406080a020406080a030507090b030507090b0406080a0c0406080a0c0507090b0d0507090b0d06080a0c0e06080a0c0e07090b0d0f07090b0d0f080a0c0e10080a0c0e10090b0d0f11090b0d0f110a0c0e1012', (payload / 100 % 100)::integer)
  + get_byte('\x000204060801030507090103050709020406080a020406080a030507090b030507090b0406080a0c0406080a0c0507090b0d0507090b0d06080a0c0e06080a0c0e07090b0d0f07090b0d0f080a0c0e10080a0c0e10090b0d0f11090b0d0f110a0c0e1012', (payload / 10000 % 100)::integer)
  + get_byte('\x000204060801030507090103050709020406080a020406080a030507090b030507090b0406080a0c0406080a0c0507090b0d0507090b0d06080a0c0e06080a0c0e07090b0d0f07090b0d0f080a0c0e10080a0c0e10090b0d0f11090b0d0f110a0c0e1012', (payload / 1000000 % 100)::integer)
  + get_byte('\x000204060801030507090103050709020406080a020406080a030507090b030507090b0406080a0c0406080a0c0507090b0d0507090b0d06080a0c0e06080a0c0e07090b0d0f07090b0d0f080a0c0e10080a0c0e10090b0d0f11090b0d0f110a0c0e1012', (payload / 100000000 % 100)::integer)
  + get_byte('\x000204060801030507090103050709020406080a020406080a030507090b030507090b0406080a0c0406080a0c0507090b0d0507090b0d06080a0c0e06080a0c0e07090b0d0f07090b0d0f080a0c0e10080a0c0e10090b0d0f11090b0d0f110a0c0e1012', (payload / 10000000000 % 100)::integer)
  + get_byte('\x000204060801030507090103050709020406080a020406080a030507090b030507090b0406080a0c0406080a0c0507090b0d0507090b0d06080a0c0e06080a0c0e07090b0d0f07090b0d0f080a0c0e10080a0c0e10090b0d0f11090b0d0f110a0c0e1012', (payload / 1000000000000 % 100)::integer)
  + get_byte('\x000204060801030507090103050709020406080a020406080a030507090b030507090b0406080a0c0406080a0c0507090b0d0507090b0d06080a0c0e06080a0c0e07090b0d0f07090b0d0f080a0c0e10080a0c0e10090b0d0f11090b0d0f110a0c0e1012', (payload / 100000000000000 % 100)::integer)
  + get_byte('\x000204060801030507090103050709020406080a020406080a030507090b030507090b0406080a0c0406080a0c0507090b0d0507090b0d06080a0c0e06080a0c0e07090b0d0f07090b0d0f080a0c0e10080a0c0e10090b0d0f11090b0d0f110a0c0e1012', (payload / 10000000000000000)::integer)
  ) % 10) % 10;

-- A keyed token of the same shape: a digit for a digit, a letter of the same case for a letter, everything else as it is. A
-- number of 13 to 19 digits that passes the Luhn check (a payment card) becomes one that passes it too, with other
-- last four digits.
CREATE OR REPLACE FUNCTION sluice.mask_token(value text, inner_pad bytea, outer_pad bytea) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  hash text := sluice.mask_hash(value, inner_pad, outer_pad);
  rest text := translate(value, '0123456789', '');
  digits integer := length(value) - length(rest);
  token text;
  payload text;
  card text;
  template text;
  stream bytea;
  chunk text;
  code integer;
  random integer;
BEGIN
  -- Digits, with or without separators: at most 19 of them come from one number each of 10 and 9.
  IF digits BETWEEN 1 AND 19 AND translate(rest, ' -./()+', '') = '' THEN
    token := left(
      lpad((('x' || left(hash, 15))::bit(60)::bigint % 10000000000)::text, 10, '0')
      || lpad((('x' || substr(hash, 16, 15))::bit(60)::bigint % 1000000000)::text, 9, '0'), digits);
    IF digits >= 13 AND translate(rest, ' -', '') = '' THEN
      card := translate(value, ' -', '');
      IF sluice.luhn_digit(left(card, -1)::bigint) = right(card, 1)::integer THEN
        payload := left(token, -1);
        IF left(payload, 1) = '0' THEN
          payload := '9' || substr(payload, 2);
        END IF;
        token := payload || sluice.luhn_digit(payload::bigint);
        IF right(token, 4) = right(card, 4) THEN
          payload := left(payload, -1) || (right(payload, 1)::integer + 1) % 10;
          token := payload || sluice.luhn_digit(payload::bigint);
        END IF;
      END IF;
    END IF;
    IF rest = '' THEN
      RETURN token;
    END IF;
    -- The value with zeros for digits is the template that puts the token's digits between the separators.
    template := 'FM' || replace(replace(replace(replace(replace(replace(replace(
      translate(value, '123456789', '000000000'),
      ' ', '" "'), '-', '"-"'), '.', '"."'), '/', '"/"'), '(', '"("'), ')', '")"'), '+', '"+"');
    RETURN CASE WHEN digits < 19 THEN to_char(token::bigint, template) ELSE to_char(token::numeric, template) END;
  END IF;
  token := '';
  FOR part IN 0..(length(value) - 1) / 32 LOOP
    chunk := substr(value, part * 32 + 1, 32);
    stream := CASE part WHEN 0 THEN decode(hash, 'hex') ELSE sha256(stream || outer_pad) END;
    FOR place IN 1..length(chunk) LOOP
      code := ascii(substr(chunk, place, 1));
      random := get_byte(stream, place - 1);
      token := token || CASE
        WHEN code < 48 THEN chr(code)
        WHEN code < 58 THEN chr(48 + random % 10)
        WHEN code < 65 THEN chr(code)
        WHEN code < 91 THEN chr(65 + random % 26)
        WHEN code < 97 THEN chr(code)
        WHEN code < 123 THEN chr(97 + random % 26)
        WHEN code < 128 THEN chr(code)
        -- Beyond ASCII every character becomes a letter: none is let through.
        WHEN lower(substr(chunk, place, 1)) <> substr(chunk, place, 1) THEN chr(65 + random % 26)
        ELSE chr(97 + random % 26) END;
    END LOOP;
  END LOOP;
  RETURN token;
END
$function$;

-- A keyed whole number with the same sign and number of digits, no further from zero than the largest.
CREATE OR REPLACE FUNCTION sluice.mask_token_whole(value bigint, largest bigint, inner_pad bytea, outer_pad bytea) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  written text := translate(value::text, '-', '');
  digits integer := length(written);
  -- Of one digit only a positive number may become zero, which has no sign.
  lowest bigint := CASE WHEN digits = 1 THEN (value < 0)::integer ELSE ('1' || repeat('0', digits - 1))::bigint END;
  highest bigint := CASE WHEN digits > 18 THEN largest ELSE least(largest, repeat('9', digits)::bigint) END;
  token bigint;
BEGIN
  IF digits BETWEEN 13 AND 18 AND sluice.luhn_digit(left(written, -1)::bigint) = right(written, 1)::integer THEN
    token := sluice.mask_token(written, inner_pad, outer_pad)::bigint;
  ELSE
    token := lowest + (('x' || left(sluice.mask_hash(written, inner_pad, outer_pad), 16))::bit(64)::bigint & 9223372036854775807)
      % (highest - lowest + 1);
  END IF;
  RETURN CASE WHEN value < 0 THEN -token ELSE token END;
END
$function$;

-- The same for decimal numbers, digits after the point included.
CREATE OR REPLACE FUNCTION sluice.mask_token_decimal(value numeric, inner_pad bytea, outer_pad bytea) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  written text := abs(value)::text;
  token text;
BEGIN
  -- NaN and infinity are not numbers to be told apart.
  IF value = 'NaN' OR abs(value) = 'Infinity' THEN
    RETURN value;
  END IF;
  token := sluice.mask_token(written, inner_pad, outer_pad);
  -- The first digit stays a zero or not one, so that the number keeps its size.
  IF left(written, 1) = '0' THEN
    token := '0' || substr(token, 2);
  ELSIF left(token, 1) = '0' THEN
    token := '9' || substr(token, 2);
  END IF;
  RETURN CASE WHEN value < 0 THEN -token::numeric ELSE token::numeric END;
END
$function$;

-- An address with a keyed token before the at sign and its domain after it, no longer than the bound. What is not
-- plainly one address keeps nothing.
CREATE OR REPLACE FUNCTION sluice.mask_email(value text, bound integer, inner_pad bytea, outer_pad bytea) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  hash text := sluice.mask_hash(value, inner_pad, outer_pad);
BEGIN
  IF value ~ '^[^@]+@[A-Za-z0-9.-]+$' THEN
    RETURN left(hash, least(12, bound - length(split_part(value, '@', 2)) - 1)) || '@' || split_part(value, '@', 2);
  END IF;
  RETURN left(hash, least(12, bound));
END
$function$;
