-- The rows that were set aside, each with its reason.
--
-- grain    one row per rejected row
-- returns  source    varchar     name of the table
--          line      bigint      number of the row in what the source returned, from 1
--          reason    varchar     what is wrong with it
--          content   varchar     the row as JSON
select source, line, reason, content
from rejected
order by source, line
