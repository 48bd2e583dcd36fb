-- The people whose value of a dimension is not known, and why.
--
-- grain    one row per dimension of users; one that is always known is a row of 0
-- returns  dimension varchar     a dimension of product.yml
--          users     bigint      people whose value is "unknown"
--          not_listed bigint     those of them met elsewhere, and not in users
--          left_blank bigint     those of them in users, where the value is missing
with people as (
    select
        segment_id,
        count(*) filter (where not is_listed) as not_listed,
        count(*) filter (where is_listed) as left_blank,
    from user_segment
    group by segment_id
)
select
    segment_values.dimension,
    cast(coalesce(sum(people.not_listed + people.left_blank), 0) as bigint) as users,
    cast(coalesce(sum(people.not_listed), 0) as bigint) as not_listed,
    cast(coalesce(sum(people.left_blank), 0) as bigint) as left_blank,
from segment_values
left join people on people.segment_id = segment_values.segment_id and segment_values.value = 'unknown'
where
    segment_values.dimension <> 'standing'
    and segment_values.dimension not in (select group_name from named_groups)
group by segment_values.dimension
order by segment_values.dimension
