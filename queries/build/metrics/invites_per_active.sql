-- Invites per active user: people brought in, for each person active.
--
-- grain    one row per grain, period and segment with anybody
-- params   $data_until date      first day not covered
-- returns  grain     varchar     day | week | month
--          period    date        first day of the period
--          segment_id integer    which segment
--          numerator bigint      people who joined in the period on an invitation, counted where the inviter is
--          denominator bigint    people active in the period
--          pending   bigint      null: nothing is open
with people as (
    select
        calendar.grain,
        calendar.period,
        inviters.segment_id,
        1 as invited,
        0 as active,
    from user_segment
    inner join user_segment as inviters on inviters.user_key = user_segment.inviter_key
    inner join calendar on calendar.day = user_segment.acquired_on
    where user_segment.acquired_on < $data_until::date
    union all
    select
        grain,
        period,
        segment_id,
        0 as invited,
        users as active,
    from lifecycle
    where state <> 'dormant'
)
select
    grain,
    period,
    segment_id,
    cast(sum(invited) as bigint) as numerator,
    cast(sum(active) as bigint) as denominator,
    cast(null as bigint) as pending,
from people
where
    exists (select 1 from user_segment where inviter_key is not null)
    and exists (select 1 from activity)
group by grain, period, segment_id
