-- The combinations of dimension values that occur.
--
-- grain    one row per combination
-- returns  dimension_values varchar[]  in the order of product.yml, before folding
--          users     bigint      people in it
select
    dimension_values,
    count(*) as users,
from staging.people
group by dimension_values
