-- How many came back on any day of a span of ages.
--
-- grain    one row per bracket, day of start and segment with anybody
-- params   $definition varchar   a retention definition of product.yml
--          $first_ages integer[] first age of each bracket, in days
--          $last_ages integer[]  last age of each bracket, itself included
-- returns  definition varchar    the same
--          position  integer     number of the bracket, from 1
--          first_age integer     its first age
--          last_age  integer     its last age
--          started_on date       day of start
--          segment_id integer    which segment
--          entrants  bigint      people who started that day
--          retained  bigint      those of them who came back on at least one day of the span
with spans as (
    select
        cast(place as integer) as position,
        ($first_ages::integer[])[place] as first_age,
        ($last_ages::integer[])[place] as last_age,
    from (select unnest(range(1, len($first_ages::integer[]) + 1)) as place) as places
),
came_back as (
    select distinct
        spans.position,
        returns.user_key,
    from staging.returns as returns
    inner join spans
        on returns.day - returns.started_on >= spans.first_age and returns.day - returns.started_on <= spans.last_age
)
select
    $definition::varchar as definition,
    spans.position,
    spans.first_age,
    spans.last_age,
    starts.started_on,
    starts.segment_id,
    count(*) as entrants,
    count(came_back.user_key) as retained,
from staging.starts as starts
cross join spans
left join came_back on came_back.position = spans.position and came_back.user_key = starts.user_key
group by spans.position, spans.first_age, spans.last_age, starts.started_on, starts.segment_id
order by spans.position, starts.started_on, starts.segment_id
