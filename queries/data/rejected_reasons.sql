-- Why rows were set aside, and how many for each reason.
--
-- grain    one row per table and reason
-- returns  source    varchar     name of the table
--          reason    varchar     what is wrong with them
--          rejected  bigint      how many rows
--          first_line bigint     line of the first of them
select
    source,
    reason,
    count(*) as rejected,
    min(line) as first_line,
from rejected
group by source, reason
order by source, rejected desc, reason
