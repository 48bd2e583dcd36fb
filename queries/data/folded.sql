-- The values that are counted under "other", because the product has more combinations than max_segments.
--
-- grain    one row per folded value
-- returns  dimension varchar     a dimension of product.yml
--          value     varchar     a value of it
--          users     bigint      people who have it
select dimension, value, users
from folded_values
order by dimension, users desc, value
