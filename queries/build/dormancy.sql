-- How long ago people were last active, in whole weeks to the end of the data.
--
-- grain    one row per number of weeks and segment with anybody
-- params   $data_until date      first day not covered
-- returns  weeks     integer     whole weeks from the last active day to the last covered one; 104: that or more
--          segment_id integer    which segment
--          users     bigint      people ever active whose last active day is so long ago
with quiet as (
    select
        segment_id,
        least(cast(floor(($data_until::date - 1 - last_active) / 7) as integer), 104) as weeks,
    from user_state
    where last_active is not null
)
select
    weeks,
    segment_id,
    count(*) as users,
from quiet
group by weeks, segment_id
order by weeks, segment_id
