-- The lists of people that product.yml names: each is a dimension with the values in and out.
--
-- grain    one row per list
-- params   $groups   varchar[]   in the order of product.yml
-- returns  group_name varchar    its name in groups
--          position  integer     its place, from 1
with places as (
    select unnest(range(1, len($groups::varchar[]) + 1)) as place
)
select
    ($groups::varchar[])[place] as group_name,
    cast(place as integer) as position,
from places
order by place
