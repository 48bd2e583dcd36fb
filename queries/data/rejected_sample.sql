-- The first rows that were set aside for each reason.
--
-- grain    one row per rejected row, at most so many a table and reason
-- params   $rows     integer     how many of each; null: 5
-- returns  source    varchar     name of the table
--          line      bigint      number of the row in what the source returned, from 1
--          reason    varchar     what is wrong with it
--          content   varchar     the row as JSON
with numbered as (
    select
        source,
        line,
        reason,
        content,
        row_number() over (partition by source, reason order by line) as place,
    from rejected
)
select source, line, reason, content
from numbered
where place <= coalesce($rows::integer, 5)
order by source, reason, line
