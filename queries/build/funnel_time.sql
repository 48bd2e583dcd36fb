-- How long those who start a funnel take from one step to the next.
--
-- grain    one row per day, segment, step and bucket with anybody
-- params   $funnel   varchar     a funnel of product.yml
-- returns  funnel    varchar     the same
--          day       date        day of the start
--          segment_id integer    which segment
--          step      integer     from 2: the time since the step before
--          bucket    integer     0: less than a second; from 1 on 2^((bucket - 1) / 8) seconds and more, 8 a doubling
--          users     bigint      starts whose window is over and that took so long
--          sum_seconds double    their seconds together
-- terms    README, "Words we use": entrant
with reached as (
    select distinct entry, step, reached_at
    from staging.funnel_reached
),
taken as (
    select
        reached.entry,
        reached.step,
        datediff('microsecond', before.reached_at, reached.reached_at) / 1e6 as seconds,
    from reached
    inner join reached as before on before.entry = reached.entry and before.step = reached.step - 1
    where reached.step > 1
),
bucketed as (
    select
        entry,
        step,
        seconds,
        case when seconds < 1 then 0 else cast(floor(8 * log2(seconds)) as integer) + 1 end as bucket,
    from taken
)
select
    $funnel::varchar as funnel,
    entries.day,
    entries.segment_id,
    bucketed.step,
    bucketed.bucket,
    count(*) as users,
    cast(sum(bucketed.seconds) as double) as sum_seconds,
from bucketed
inner join staging.funnel_entries as entries on entries.entry = bucketed.entry
where entries.is_closed
group by entries.day, entries.segment_id, bucketed.step, bucketed.bucket
order by entries.day, entries.segment_id, bucketed.step, bucketed.bucket
