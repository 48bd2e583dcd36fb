-- The definitions in force: product.yml as it was read, its defaults filled in, and the figures' words.
--
-- grain    one row per setting that has a value
-- returns  place     varchar     where it stands, as in activation.event or metrics.revenue.definition.en
--          value     varchar     as it is written in YAML
select place, value
from settings
order by position
