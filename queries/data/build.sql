-- What this warehouse is: the product, when it was built, how far its data go.
--
-- grain    one row
-- returns  build_id  varchar     names the build
--          built_at  timestamp   when it was built, in UTC
--          product   varchar     name of the product, as product.yml has it
--          timezone  varchar     zone in which days are counted
--          week_start integer    1 Monday … 7 Sunday
--          currency  varchar     of amounts; null: not said
--          first_day date        first day of the first period
--          data_until date       first day not covered
--          users     bigint      people known
--          events    bigint      events accepted
--          payments  bigint      payments and refunds accepted
--          previous_build_id varchar  the build that data/changes compares this one with; null: there was none
--          previous_data_until date  first day that one did not cover
select
    build.build_id,
    build.built_at,
    build.product,
    build.timezone,
    build.week_start,
    build.currency,
    (select min(period) from periods where grain = 'day' and position > 0) as first_day,
    build.data_until,
    (select count(*) from user_segment) as users,
    (select count(*) from events) as events,
    (select count(*) from payments) as payments,
    build.previous_build_id,
    build.previous_data_until,
from build
