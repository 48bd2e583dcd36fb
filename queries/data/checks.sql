-- What was found amiss and is worth a look; a check that found nothing is not listed.
--
-- grain    one row per finding
-- returns  check_id  varchar     kind of finding
--          subject   varchar     the table, column, event or dimension it is about
--          figure    bigint      how many
--          detail    varchar     the nearest known name, or the first missing day; null: nothing to add
select check_id, subject, figure, detail
from checks
order by check_id, subject, detail
