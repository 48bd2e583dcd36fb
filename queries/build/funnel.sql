-- How many of those who start a funnel reach each step.
--
-- grain    one row per day, segment with anybody who starts, and step
-- params   $funnel   varchar     a funnel of product.yml
-- returns  funnel    varchar     the same
--          day       date        day of the start
--          segment_id integer    which segment
--          step      integer     from 1; in any order: so many of the steps
--          entrants  bigint      starts whose window is over
--          reached   bigint      those of them that reached the step
--          pending   bigint      starts whose window is not over yet, whatever they reached
-- terms    README, "Words we use": entrant, pending
with furthest as (
    select
        entry,
        max(step) as step,
    from staging.funnel_reached
    group by entry
)
select
    $funnel::varchar as funnel,
    entries.day,
    entries.segment_id,
    funnel_steps.step,
    count(*) filter (where entries.is_closed) as entrants,
    count(*) filter (where entries.is_closed and furthest.step >= funnel_steps.step) as reached,
    count(*) filter (where not entries.is_closed) as pending,
from staging.funnel_entries as entries
inner join furthest on furthest.entry = entries.entry
inner join funnel_steps on funnel_steps.funnel = $funnel::varchar
group by entries.day, entries.segment_id, funnel_steps.step
order by entries.day, entries.segment_id, funnel_steps.step
