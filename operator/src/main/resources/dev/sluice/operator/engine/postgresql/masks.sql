-- The mask functions. All are IMMUTABLE and PARALLEL SAFE, built on what every server has, and give NULL for NULL.
--
-- Functions with a RETURN body are bound to what they call when they are made, so that no search_path of a caller can
-- put another function in its place, and the planner inlines them. Those in PL/pgSQL set their own search_path.
--
-- None fails, whatever a column holds: a value that cannot be masked is hidden as a whole. Texts are searched and compared by
-- their bytes (COLLATE "C"), for a column's collation may not allow that, or call different texts equal. Nothing depends on the settings of a session.
--
-- A keyed hash is SHA-256 of the key, which is one block of it long, and the value. That is a pseudo-random function as long as no
-- padded message begins another one: the padding has a NUL, which no text holds, and what is hashed beside texts begins with
-- a NUL and a number of its own, and is of one length or a text from there on. So the hash of one text tells nothing of
-- another one's. The key comes in as an argument, from a scalar subquery of the masked view, which runs once for a statement.

-- The keyed hash, in 64 hexadecimal digits.
CREATE OR REPLACE FUNCTION sluice.mask_hash(value text, secret bytea) RETURNS text
IMMUTABLE PARALLEL SAFE
RETURN encode(sha256(secret || replace(value COLLATE "C", '\', '\\')::bytea), 'hex');

CREATE OR REPLACE FUNCTION sluice.mask_hash_bytes(value bytea, secret bytea) RETURNS bytea
IMMUTABLE PARALLEL SAFE
RETURN sha256(secret || '\x0004'::bytea || sha256(value));

-- A keyed number from 0 to 2^60 - 1.
CREATE OR REPLACE FUNCTION sluice.mask_number(value text, secret bytea) RETURNS bigint
IMMUTABLE PARALLEL SAFE
RETURN ('x' || left(sluice.mask_hash(value, secret), 15))::bit(60)::bigint;

-- A keyed number of the same size that no mask shows, another one for each purpose.
CREATE OR REPLACE FUNCTION sluice.mask_draw(purpose text, value text, secret bytea) RETURNS bigint
IMMUTABLE PARALLEL SAFE
RETURN ('x' || left(encode(
  sha256(secret || '\x0001'::bytea || replace(purpose || ' ' || value COLLATE "C", '\', '\\')::bytea), 'hex'), 15))::bit(60)::bigint;

-- A keyed permutation of the numbers from 0 to size - 1: a Feistel network of eight rounds over pairs of numbers, walked until
-- it is back within the size. With another tweak it is another one.
CREATE OR REPLACE FUNCTION sluice.mask_permute(place bigint, size bigint, tweak bigint, secret bytea) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  high bigint := floor(sqrt(size::float8))::bigint + 1;
  low bigint := (size - 1) / high + 1;
  material bytea := secret || '\x0002'::bytea || int8send(size) || int8send(tweak);
  one bigint;
  other bigint;
BEGIN
  LOOP
    one := place / low;
    other := place % low;
    FOR round IN 0..6 BY 2 LOOP
      one := (one + ('x' || left(encode(sha256(material || int8send(other * 8 + round)), 'hex'), 15))::bit(60)::bigint % high) % high;
      other := (other + ('x' || left(encode(sha256(material || int8send(one * 8 + round + 1)), 'hex'), 15))::bit(60)::bigint % low) % low;
    END LOOP;
    place := one * low + other;
    EXIT WHEN place < size;
  END LOOP;
  RETURN place;
END
$function$;

-- A keyed UUID of version 8 (RFC 9562: of one's own making).
CREATE OR REPLACE FUNCTION sluice.mask_uuid(value uuid, secret bytea) RETURNS uuid
IMMUTABLE PARALLEL SAFE
RETURN overlay(overlay(left(sluice.mask_hash(value::text, secret), 32) PLACING '8' FROM 13) PLACING '8' FROM 17)::uuid;

-- A keyed date from 1900-01-01 to 2099-12-31.
CREATE OR REPLACE FUNCTION sluice.mask_date(value date, secret bytea) RETURNS date
IMMUTABLE PARALLEL SAFE
RETURN date '1900-01-01' + (sluice.mask_number(extract(epoch FROM value)::text, secret) % 73049)::integer;

-- A keyed time stamp of the same years, to the second.
CREATE OR REPLACE FUNCTION sluice.mask_timestamp(value timestamp, secret bytea) RETURNS timestamp
IMMUTABLE PARALLEL SAFE
RETURN timestamp '1900-01-01' + (sluice.mask_number(extract(epoch FROM value)::text, secret) % 6311433600) * interval '1 second';

-- The first day of the year or month. The calendar's own first year has no first day.
CREATE OR REPLACE FUNCTION sluice.mask_date_trunc(unit text, value date) RETURNS date
IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN NOT isfinite(value) THEN value
            WHEN value < date '4713-01-01 BC' THEN date '4714-11-24 BC'
            WHEN unit = 'year' THEN value - (extract(doy FROM value)::integer - 1)
            ELSE value - (extract(day FROM value)::integer - 1) END;

CREATE OR REPLACE FUNCTION sluice.mask_timestamp_trunc(unit text, value timestamp) RETURNS timestamp
IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN isfinite(value) AND value < timestamp '4713-01-01 BC' THEN timestamp '4714-11-24 BC'
            ELSE date_trunc(unit, value) END;

-- A keyed number of days between -days and days, never 0; without a subject, by the value itself.
CREATE OR REPLACE FUNCTION sluice.mask_days(subject text, value text, days integer, secret bytea) RETURNS integer
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  drawn integer := CASE WHEN subject IS NULL THEN sluice.mask_draw('day', value, secret)
                        ELSE sluice.mask_draw('subject', subject, secret) END % (2 * days);
BEGIN
  RETURN drawn - days + CASE WHEN drawn < days THEN 0 ELSE 1 END;
END
$function$;

-- A date moved by that many days; where the calendar ends, the other way.
CREATE OR REPLACE FUNCTION sluice.mask_date_shift(value date, days integer) RETURNS date
IMMUTABLE PARALLEL SAFE
RETURN value + CASE WHEN value > date '5874800-01-01' THEN -abs(days) WHEN value < date '4700-01-01 BC' THEN abs(days) ELSE days END;

CREATE OR REPLACE FUNCTION sluice.mask_timestamp_shift(value timestamp, days integer) RETURNS timestamp
IMMUTABLE PARALLEL SAFE
RETURN value + CASE WHEN value > timestamp '294200-01-01' THEN -abs(days) WHEN value < timestamp '4700-01-01 BC' THEN abs(days)
                    ELSE days END * interval '1 day';

-- The multiple of the width that is not above the value; the lowest one that the type holds, where that one is below it.
CREATE OR REPLACE FUNCTION sluice.mask_bucket_whole(value bigint, width bigint, lowest bigint) RETURNS bigint
IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN value % width < 0 AND value - value % width >= lowest + width THEN value - value % width - width
            ELSE value - value % width END;

CREATE OR REPLACE FUNCTION sluice.mask_bucket_decimal(value numeric, width bigint, lowest numeric) RETURNS numeric
IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN abs(value) = 'Infinity' THEN value
            WHEN value % width < 0 AND value - value % width >= lowest + width THEN value - value % width - width
            ELSE value - value % width END;

CREATE OR REPLACE FUNCTION sluice.mask_bucket_float(value double precision, width bigint) RETURNS double precision
IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN value >= 0 AND value < width THEN 0
            WHEN value < 0 AND value >= -width THEN -width
            WHEN abs(value) < 1e300 THEN floor(value / width) * width
            ELSE value END;

-- A number moved by a keyed part of it, no more than the percentage; where it would leave the type, the other way.
CREATE OR REPLACE FUNCTION sluice.mask_noise(value numeric, percentage integer, largest numeric, secret bytea) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  part numeric;
BEGIN
  IF value = 'NaN' OR abs(value) = 'Infinity' THEN
    RETURN value;
  END IF;
  part := value * percentage
    * (sluice.mask_draw('noise', trim_scale(value)::text, secret) - 576460752303423488) / 57646075230342348800;
  RETURN round(CASE WHEN abs(value + part) > largest THEN value - part ELSE value + part END, scale(value));
END
$function$;

CREATE OR REPLACE FUNCTION sluice.mask_noise_float(
  value double precision, percentage integer, largest double precision, smallest double precision, secret bytea)
RETURNS double precision
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  part double precision := percentage
    * (sluice.mask_draw('noise', encode(float8send(value + 0), 'hex'), secret) - 576460752303423488)::float8
    / 57646075230342348800;
BEGIN
  RETURN CASE WHEN value = 'NaN' OR abs(value) = 'Infinity' THEN value
              WHEN abs(value) < smallest THEN 0
              WHEN abs(value) > largest / 2 THEN value * (1 - abs(part))
              ELSE value * (1 + part) END;
END
$function$;

-- The first letters and digits of a code; of the others a digit becomes 0 and a letter X. What is beyond ASCII counts as a
-- letter. A code that has no more than what is kept keeps none.
CREATE OR REPLACE FUNCTION sluice.mask_postal_code(value text, kept integer) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  separator text := '\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u007f';
  start text := coalesce(substring(value COLLATE "C" FROM format('^(?:[%1$s]*[^%1$s]){%2$s}(?=[%1$s]*[^%1$s])', separator, kept)), '');
BEGIN
  RETURN start || regexp_replace(
    translate(substr(value, length(start) + 1),
      '123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWYZ',
      '000000000XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX') COLLATE "C",
    '[^\u0001-\u007f]', 'X', 'g');
END
$function$;

-- An address with the bits of its network alone; the length of its prefix stays.
CREATE OR REPLACE FUNCTION sluice.mask_network(value inet, ipv4 integer, ipv6 integer) RETURNS inet
IMMUTABLE PARALLEL SAFE
RETURN set_masklen(
  network(set_masklen(value, least(masklen(value), CASE family(value) WHEN 4 THEN ipv4 ELSE ipv6 END)))::inet, masklen(value));

-- The same for a text. What is not plainly an address becomes empty.
CREATE OR REPLACE FUNCTION sluice.mask_network_text(value text, ipv4 integer, ipv6 integer) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  address text COLLATE "C" := lower(value);
  mapped text COLLATE "C" := '';
  byte text COLLATE "C" := '(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])';
  groups text COLLATE "C" := '(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,5})?';
BEGIN
  -- Of an IPv4 address in the clothes of IPv6 the network is that of IPv4.
  IF left(address, 7) = '::ffff:' AND strpos(address, '.') > 0 THEN
    mapped := '::ffff:';
    address := substr(address, 8);
  END IF;
  IF address ~ format('^%1$s(?:[.]%1$s){3}$', byte) THEN
    RETURN mapped || host(sluice.mask_network(address::inet, ipv4, ipv6));
  END IF;
  IF mapped = '' AND (address ~ '^[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){7}$'
      OR (address ~ format('^%1$s::%1$s$', groups) AND length(translate(address, '0123456789abcdef', '')) <= 7)) THEN
    RETURN host(sluice.mask_network(address::inet, ipv4, ipv6));
  END IF;
  RETURN '';
END
$function$;

-- A keyed address of the same family whose prefix is as long. Of IPv4 it is a permutation of the leading bits.
CREATE OR REPLACE FUNCTION sluice.mask_address(value inet, bits integer, secret bytea) RETURNS inet
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
  IF family(value) = 4 THEN
    RETURN set_masklen(
      inet '0.0.0.0' + (sluice.mask_permute((set_masklen(value, 32) - inet '0.0.0.0') >> (32 - least(bits, 32)),
        1::bigint << least(bits, 32), 2000 + masklen(value), secret) << (32 - least(bits, 32))),
      masklen(value));
  END IF;
  RETURN set_masklen(
    network(set_masklen(
      regexp_replace(left(sluice.mask_hash(value::text, secret), 32) COLLATE "C", '(.{4})(?!$)', '\1:', 'g')::inet,
      bits))::inet,
    masklen(value));
END
$function$;

-- An array of the same shape with other elements, which come in the order in which arrays keep them.
CREATE OR REPLACE FUNCTION sluice.mask_array(original anyarray, elements anyarray) RETURNS anyarray
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  a original%TYPE := original;
BEGIN
  CASE array_ndims(a)
    WHEN 1 THEN
      a[array_lower(a, 1):array_upper(a, 1)] := elements;
    WHEN 2 THEN
      a[array_lower(a, 1):array_upper(a, 1)][array_lower(a, 2):array_upper(a, 2)] := elements;
    WHEN 3 THEN
      a[array_lower(a, 1):array_upper(a, 1)][array_lower(a, 2):array_upper(a, 2)][array_lower(a, 3):array_upper(a, 3)] := elements;
    WHEN 4 THEN
      a[array_lower(a, 1):array_upper(a, 1)][array_lower(a, 2):array_upper(a, 2)][array_lower(a, 3):array_upper(a, 3)]
       [array_lower(a, 4):array_upper(a, 4)] := elements;
    WHEN 5 THEN
      a[array_lower(a, 1):array_upper(a, 1)][array_lower(a, 2):array_upper(a, 2)][array_lower(a, 3):array_upper(a, 3)]
       [array_lower(a, 4):array_upper(a, 4)][array_lower(a, 5):array_upper(a, 5)] := elements;
    WHEN 6 THEN
      a[array_lower(a, 1):array_upper(a, 1)][array_lower(a, 2):array_upper(a, 2)][array_lower(a, 3):array_upper(a, 3)]
       [array_lower(a, 4):array_upper(a, 4)][array_lower(a, 5):array_upper(a, 5)][array_lower(a, 6):array_upper(a, 6)] := elements;
    ELSE
      NULL; -- empty
  END CASE;
  RETURN a;
END
$function$;

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
-- last four digits; one that does not pass it becomes none that does. Where a shape has fewer texts than 2^62, it is a
-- permutation of them: no two have the same token.
CREATE OR REPLACE FUNCTION sluice.mask_token(value text, secret bytea) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  rest text COLLATE "C" := translate(value, '0123456789', '');
  digits integer := length(value) - length(rest);
  hash text;
  token text COLLATE "C";
  number text COLLATE "C";
  template text;
  card boolean;
  head bigint;
  tail integer;
  lowest bigint;
  place bigint;
  size bigint;
  radix integer;
  base integer;
  stream bytea;
  chunk text COLLATE "default";
  code integer;
  random integer;
BEGIN
  -- Digits, with or without separators.
  IF digits BETWEEN 1 AND 19 AND translate(rest, ' -./()+', '') = '' THEN
    number := CASE rest WHEN '' THEN value ELSE translate(value, ' -./()+', '') END;
    IF digits >= 13 AND translate(rest, ' -', '') = '' THEN
      head := left(number, -1)::bigint;
      card := sluice.luhn_digit(head) = right(number, 1)::integer;
    END IF;
    IF card THEN
      -- The three digits before the last move by what the first ones say, so that they are others; then those are permuted, by
      -- what the three have become. So no two cards have the same token.
      tail := head % 1000;
      head := head / 1000;
      tail := (tail + 1 + sluice.mask_draw('card', digits || ' ' || head, secret) % 999) % 1000;
      size := ('1' || repeat('0', digits - 5))::bigint;
      lowest := CASE WHEN left(number, 1) = '0' THEN 0 ELSE size END;
      head := lowest
        + sluice.mask_permute(head - lowest, CASE lowest WHEN 0 THEN size ELSE 9 * size END, 1 + tail, secret);
      head := head * 1000 + tail;
      token := lpad(head::text, digits - 1, '0') || sluice.luhn_digit(head);
    ELSIF digits < 19 THEN
      place := number::bigint;
      LOOP
        place := sluice.mask_permute(place, ('1' || repeat('0', digits))::bigint, 0, secret);
        token := lpad(place::text, digits, '0');
        EXIT WHEN card IS NULL OR sluice.luhn_digit(place / 10) <> place % 10;
      END LOOP;
    ELSE
      hash := sluice.mask_hash(value, secret);
      token := lpad((('x' || left(hash, 15))::bit(60)::bigint % 10000000000)::text, 10, '0')
        || lpad((('x' || substr(hash, 16, 15))::bit(60)::bigint % 1000000000)::text, 9, '0');
    END IF;
    IF rest = '' THEN
      RETURN token;
    END IF;
    -- The value with zeros for digits is the template that puts the token's digits between the separators.
    template := 'FM' || replace(replace(replace(replace(replace(replace(replace(
      translate(value, '123456789', '000000000') COLLATE "C",
      ' ', '" "'), '-', '"-"'), '.', '"."'), '/', '"/"'), '(', '"("'), ')', '")"'), '+', '"+"');
    RETURN CASE WHEN digits < 19 THEN to_char(token::bigint, template) ELSE to_char(token::numeric, template) END;
  END IF;

  -- Letters and digits, as a number whose places have 26 or 10 digits, as long as it is small.
  token := '';
  place := 0;
  size := 1;
  FOR place_in IN 1..length(value) LOOP
    code := ascii(substr(value, place_in, 1));
    radix := CASE WHEN code BETWEEN 48 AND 57 THEN 10 WHEN code BETWEEN 65 AND 90 OR code BETWEEN 97 AND 122 THEN 26
                  WHEN code < 128 THEN 1 END;
    IF radix IS NULL OR size > 4611686018427387904 / radix THEN
      size := 0;
      EXIT;
    END IF;
    size := size * radix;
    place := place * radix
      + CASE radix WHEN 10 THEN code - 48 WHEN 26 THEN code - CASE WHEN code < 97 THEN 65 ELSE 97 END ELSE 0 END;
  END LOOP;
  IF size > 0 THEN
    place := sluice.mask_permute(place, size, 0, secret);
    FOR place_in IN REVERSE length(value)..1 LOOP
      code := ascii(substr(value, place_in, 1));
      radix := CASE WHEN code BETWEEN 48 AND 57 THEN 10 WHEN code BETWEEN 65 AND 90 OR code BETWEEN 97 AND 122 THEN 26 ELSE 1 END;
      base := CASE WHEN radix = 1 THEN code WHEN radix = 10 THEN 48 WHEN code < 97 THEN 65 ELSE 97 END;
      token := chr(base + (place % radix)::integer) || token;
      place := place / radix;
    END LOOP;
    RETURN token;
  END IF;

  hash := sluice.mask_hash(value, secret);
  FOR part IN 0..(length(value) - 1) / 32 LOOP
    chunk := substr(value, part * 32 + 1, 32);
    stream := CASE part WHEN 0 THEN decode(hash, 'hex') ELSE sha256(secret || '\x0003'::bytea || stream) END;
    FOR place_in IN 1..length(chunk) LOOP
      code := ascii(substr(chunk, place_in, 1));
      random := get_byte(stream, place_in - 1);
      token := token || CASE
        WHEN code < 48 THEN chr(code)
        WHEN code < 58 THEN chr(48 + random % 10)
        WHEN code < 65 THEN chr(code)
        WHEN code < 91 THEN chr(65 + random % 26)
        WHEN code < 97 THEN chr(code)
        WHEN code < 123 THEN chr(97 + random % 26)
        WHEN code < 128 THEN chr(code)
        -- Beyond ASCII every character becomes a letter: none is let through.
        WHEN lower(substr(chunk, place_in, 1)) <> substr(chunk, place_in, 1) THEN chr(65 + random % 26)
        ELSE chr(97 + random % 26) END;
    END LOOP;
  END LOOP;
  RETURN token;
END
$function$;

-- A keyed whole number with the same sign and number of digits, no further from zero than the largest: a permutation of them.
CREATE OR REPLACE FUNCTION sluice.mask_token_whole(value bigint, largest bigint, secret bytea) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  written text := translate(value::text, '-', '');
  digits integer := length(written);
  -- Of one digit only a positive number may become zero, which has no sign.
  lowest bigint := CASE WHEN digits = 1 THEN (value < 0)::integer ELSE ('1' || repeat('0', digits - 1))::bigint END;
  highest bigint := CASE WHEN digits > 18 THEN largest ELSE least(largest, repeat('9', digits)::bigint) END;
  place bigint;
  token bigint;
BEGIN
  IF digits BETWEEN 13 AND 18 AND sluice.luhn_digit(left(written, -1)::bigint) = right(written, 1)::integer THEN
    token := sluice.mask_token(written, secret)::bigint;
    RETURN CASE WHEN value < 0 THEN -token ELSE token END;
  END IF;
  place := CASE WHEN value < 0 THEN -(value + lowest) ELSE value - lowest END;
  LOOP
    -- There is one more number below zero than above it.
    place := sluice.mask_permute(place, highest - lowest + 1 + (value < 0 AND highest = largest)::integer, 0, secret);
    token := CASE WHEN value < 0 THEN -lowest - place ELSE lowest + place END;
    written := translate(token::text, '-', '');
    EXIT WHEN digits NOT BETWEEN 13 AND 18
      OR sluice.luhn_digit(left(written, -1)::bigint) <> right(written, 1)::integer;
  END LOOP;
  RETURN token;
END
$function$;

-- The same for decimal numbers: as many digits, as many of them after the point, zeros at the end not counted, so that numbers
-- that are equal stay equal however they are written.
CREATE OR REPLACE FUNCTION sluice.mask_token_decimal(value numeric, secret bytea) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  plain numeric;
  places integer;
  written text;
  digits integer;
  lowest bigint;
  place bigint;
  token numeric;
BEGIN
  -- NaN and infinity are not numbers to be told apart.
  IF value = 'NaN' OR abs(value) = 'Infinity' THEN
    RETURN value;
  END IF;
  plain := trim_scale(value);
  places := scale(plain);
  written := ltrim(translate(plain::text, '-.', ''), '0');
  digits := length(written);
  IF places = 0 AND digits <= 18 THEN
    token := sluice.mask_token_whole(plain::bigint, 9223372036854775807, secret);
  ELSE
    IF digits <= 18 THEN
      -- Numbers that do not end in a zero, counted from the lowest of as many digits.
      lowest := CASE digits WHEN 1 THEN 0 ELSE 9 * ('1' || repeat('0', digits - 2))::bigint END;
      place := lowest + sluice.mask_permute(
        written::bigint - written::bigint / 10 - 1 - lowest,
        CASE digits WHEN 1 THEN 9 ELSE 81 * ('1' || repeat('0', digits - 2))::bigint END, 0, secret);
      token := place / 9 * 10 + place % 9 + 1;
    ELSE
      written := sluice.mask_token(written, secret);
      token := (CASE left(written, 1) WHEN '0' THEN '9' ELSE left(written, 1) END || substr(written, 2))::numeric;
      IF places > 0 AND right(written, 1) = '0' THEN
        token := token + 9;
      END IF;
    END IF;
    token := token * ('1e-' || places)::numeric * sign(value);
  END IF;
  RETURN round(token, scale(value));
END
$function$;

-- An address with a keyed token before the at sign and its domain after it, its end where it is longer than the bound. What is
-- not plainly one address keeps nothing.
CREATE OR REPLACE FUNCTION sluice.mask_email(value text, bound integer, secret bytea) RETURNS text
IMMUTABLE PARALLEL SAFE
RETURN right(
  left(sluice.mask_hash(value, secret), 12)
    || CASE WHEN strpos(value COLLATE "C", '@') NOT IN (0, 1, length(value))
             AND translate(substr(value, strpos(value COLLATE "C", '@') + 1),
               'abcdefghijklmnopqrstuvwxyz.-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', '') COLLATE "C" = ''
            THEN substr(value, strpos(value COLLATE "C", '@')) ELSE '' END, bound);

-- A JSON value without its leaves: a text becomes null, a number 0, true false, as "Keys"; as "Nullify" everything null; as
-- "Hash" and "Token" texts and numbers keyed ones. What is nested deeper than 64 becomes null.
CREATE OR REPLACE FUNCTION sluice.mask_json_leaves(value jsonb, form text, depth integer, secret bytea) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $function$
BEGIN
  IF form = 'Nullify' OR depth > 64 THEN
    RETURN 'null';
  END IF;
  CASE jsonb_typeof(value)
    WHEN 'object' THEN
      RETURN (SELECT coalesce(jsonb_object_agg(e.key, sluice.mask_json_leaves(e.value, form, depth + 1, secret)), '{}')
              FROM jsonb_each(value) e);
    WHEN 'array' THEN
      RETURN (SELECT coalesce(
                jsonb_agg(sluice.mask_json_leaves(e.value, form, depth + 1, secret) ORDER BY e.ordinality), '[]')
              FROM jsonb_array_elements(value) WITH ORDINALITY e);
    WHEN 'string' THEN
      RETURN CASE form WHEN 'Hash' THEN to_jsonb(sluice.mask_hash(value #>> '{}', secret))
                       WHEN 'Token' THEN to_jsonb(sluice.mask_token(value #>> '{}', secret)) ELSE 'null' END;
    WHEN 'number' THEN
      RETURN CASE form WHEN 'Hash' THEN to_jsonb(sluice.mask_number(trim_scale((value #>> '{}')::numeric)::text, secret))
                       WHEN 'Token' THEN to_jsonb(sluice.mask_token_decimal((value #>> '{}')::numeric, secret))
                       ELSE '0' END;
    WHEN 'boolean' THEN
      RETURN CASE form WHEN 'Keys' THEN 'false' ELSE 'null' END;
    ELSE
      RETURN 'null';
  END CASE;
END
$function$;

-- A JSON value with other leaves at some paths. A path is an array of steps: "k" and a name is the member of this name, "d" and
-- a name every one however deep, "e" every element. A name looks through arrays, and "e" takes what is no array for
-- the only element, so that nothing is let through because there are several of it, or one.
CREATE OR REPLACE FUNCTION sluice.mask_json_paths(
  value jsonb, paths jsonb, form text, depth integer, secret bytea)
RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  kind text := jsonb_typeof(value);
BEGIN
  IF depth > 64 THEN
    RETURN 'null';
  END IF;
  IF kind <> 'array' THEN
    WHILE jsonb_path_exists(paths, 'strict $[*] ? (@[0] == "e")') LOOP
      paths := (SELECT jsonb_agg(CASE p ->> 0 WHEN 'e' THEN p - 0 ELSE p END) FROM jsonb_array_elements(paths) p);
    END LOOP;
  END IF;
  IF jsonb_path_exists(paths, 'strict $[*] ? (@.size() == 0)') THEN
    RETURN sluice.mask_json_leaves(value, form, depth, secret);
  END IF;
  IF kind = 'array' THEN
    paths := (SELECT jsonb_agg(CASE p ->> 0 WHEN 'e' THEN p - 0 ELSE p END) FROM jsonb_array_elements(paths) p);
    RETURN (SELECT coalesce(
              jsonb_agg(sluice.mask_json_paths(e.value, paths, form, depth + 1, secret) ORDER BY e.ordinality), '[]')
            FROM jsonb_array_elements(value) WITH ORDINALITY e);
  ELSIF kind = 'object' THEN
    RETURN (SELECT coalesce(
              jsonb_object_agg(e.key, coalesce(
                sluice.mask_json_paths(e.value, below.paths, form, depth + 1, secret), e.value)), '{}')
            FROM jsonb_each(value) e
            CROSS JOIN LATERAL (
              SELECT jsonb_agg(x.path) AS paths
              FROM jsonb_array_elements(paths) p
              CROSS JOIN LATERAL (
                SELECT p.value - 0 AS path WHERE substr(p.value ->> 0, 2) COLLATE "C" = e.key COLLATE "C"
                UNION ALL
                SELECT p.value WHERE left(p.value ->> 0, 1) = 'd'
              ) x
            ) below);
  END IF;
  RETURN value;
END
$function$;

-- A JSON text as a value whose keys are unique, the last one of each; null where it is none that can be one.
CREATE OR REPLACE FUNCTION sluice.mask_json_value(value json) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET search_path = pg_catalog, pg_temp
AS $function$
DECLARE
  written text := value::text;
  escapes text;
BEGIN
  -- A NUL, half of a character, a number beyond all bounds, a text beyond them.
  IF octet_length(written) > 67108864 THEN
    RETURN 'null';
  END IF;
  IF strpos(written, '\u') > 0 THEN
    escapes := regexp_replace(
      replace(written, '\\', ''), '\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}', '', 'g');
    IF escapes ~ '\\u(0000|[dD][89a-fA-F])' THEN
      RETURN 'null';
    END IF;
  END IF;
  IF written ~ '[eE][+-]?[0-9]{4}|[0-9]{255}'
      AND regexp_replace(written, '"([^"\\]|\\.)*"', '', 'g') ~ '[eE][+-]?[0-9]{4}|[0-9]{255}' THEN
    RETURN 'null';
  END IF;
  RETURN written::jsonb;
END
$function$;
