-- The segments: combinations of dimension values, after folding, and standing.
--
-- grain    one row per segment that somebody is in
-- returns  segment_id integer    1, 2, 3 … in order of the values
--          dimension_values varchar[]  in the order of product.yml
--          standing  varchar     hollow | new | real
--          users     bigint      people in it
with occupied as (
    select
        folded.folded_values as dimension_values,
        standings.standing,
        count(*) as users,
    from staging.people as people
    inner join staging.standings as standings on standings.user_key = people.user_key
    inner join staging.folded as folded on folded.dimension_values = people.dimension_values
    group by folded.folded_values, standings.standing
)
select
    cast(row_number() over (order by dimension_values, standing) as integer) as segment_id,
    dimension_values,
    standing,
    users,
from occupied
order by segment_id
