-- The funnels of product.yml, as the build counted them.
--
-- grain    one row per funnel
-- returns  funnel    varchar     its name
--          position  integer     its place in product.yml, from 1
--          window_seconds bigint  how long after the start a step still counts, that very moment included
--          step_order varchar     ordered | any | strict
--          entry     varchar     first: each person's first start ever; daily: the first of every day with one
-- terms    README, "Words we use": entrant
select
    funnel,
    position,
    window_seconds,
    step_order,
    entry,
from funnels
order by position
