-- What was read of each table of the contract.
--
-- grain    one row per table; one that the product does not bring is a row of 0
-- returns  source    varchar     name of the table
--          is_present boolean    whether the product has a source for it
--          read      bigint      rows the source returned
--          accepted  bigint      rows that count
--          rejected  bigint      rows set aside, each with its reason in data/rejected; accepted + rejected = read
--          first_day date        first day of an accepted row; null: it has no day
--          last_day  date        last day of an accepted row
select source, is_present, read, accepted, rejected, first_day, last_day
from tables
order by position
