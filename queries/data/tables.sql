-- What was read of each table of the contract, and how fresh it is.
--
-- grain    one row per table; one that the product does not bring is a row of 0
-- returns  source    varchar     name of the table
--          is_present boolean    whether the product has a source for it
--          read      bigint      rows the source returned
--          accepted  bigint      rows that count
--          rejected  bigint      rows set aside, each with its reason in data/rejected; accepted + rejected = read
--          first_day date        first day of an accepted row; null: it has no day
--          last_day  date        last day of an accepted row
--          data_until date       the day after that: first day without a row
--          lag_days  bigint      days that it ends before data_until of the whole; null where that says nothing:
--                                campaigns and exposures, which end, and tables without rows or days
select
    tables.source,
    tables.is_present,
    tables.read,
    tables.accepted,
    tables.rejected,
    tables.first_day,
    tables.last_day,
    tables.last_day + 1 as data_until,
    case
        when tables.last_day is not null and tables.source not in ('campaigns', 'exposures')
            then greatest(build.data_until - (tables.last_day + 1), 0)
    end as lag_days,
from tables
cross join build
order by tables.position
