-- The values of each dimension, for menus.
--
-- grain    one row per dimension and value, standing among the dimensions
-- returns  dimension varchar     a dimension of product.yml, or standing
--          value     varchar     a value of it
--          users     bigint      people who have it
select
    segment_values.dimension,
    segment_values.value,
    cast(sum(segments.users) as bigint) as users,
from segment_values
inner join segments on segments.segment_id = segment_values.segment_id
group by segment_values.dimension, segment_values.value
order by segment_values.dimension, users desc, segment_values.value
