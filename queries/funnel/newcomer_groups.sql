-- How many newcomers were retained: the activated and the others, the invited and the others.
--
-- grain    one row per kind and side, those who are in it first
-- params   $from     date        first day of joining; null: the first
--          $until    date        end of the days of joining, itself not included; null: to data_until
--          $segments integer[]   segments counted; null keeps all
-- returns  kind      varchar     activated | invited
--          is_in     boolean     whether they were; of pending ones so far
--          entrants  bigint      people who joined and whose time for retained is over, and of the kind activated that
--                                for activation too; null: no data on the kind, or nobody was ever active
--          retained  bigint      those of them who were retained; null likewise
--          pending   bigint      people who joined and whose time is not over; null likewise
-- terms    README, "Words we use": AARRR, activation, pending
with chosen as (
    select segment_id
    from segments
    where $segments::integer[] is null or segment_id in (select unnest($segments::integer[]))
),
sides (position, kind, is_in) as (
    values (1, 'activated', true), (2, 'activated', false), (3, 'invited', true), (4, 'invited', false)
),
windows as (
    select
        'invited' as kind,
        window_days,
    from aarrr_stages
    where stage = 'retained'
    union all
    select
        'activated' as kind,
        max(window_days) as window_days,
    from aarrr_stages
    where stage in ('activated', 'retained')
),
told as (
    select distinct kind
    from newcomer_groups
),
counted as (
    select
        newcomer_groups.kind,
        newcomer_groups.is_in,
        newcomer_groups.acquired_on + windows.window_days <= build.data_until as is_closed,
        sum(newcomer_groups.users) as users,
        sum(newcomer_groups.retained) as retained,
    from newcomer_groups
    inner join chosen on chosen.segment_id = newcomer_groups.segment_id
    inner join windows on windows.kind = newcomer_groups.kind
    cross join build
    where
        ($from::date is null or newcomer_groups.acquired_on >= $from::date)
        and ($until::date is null or newcomer_groups.acquired_on < $until::date)
    group by newcomer_groups.kind, newcomer_groups.is_in, is_closed
),
judged as (
    select
        sides.position,
        sides.kind,
        sides.is_in,
        told.kind is not null as is_told,
        coalesce(sum(counted.users) filter (where counted.is_closed), 0) as entrants,
        coalesce(sum(counted.retained) filter (where counted.is_closed), 0) as retained,
        coalesce(sum(counted.users) filter (where not counted.is_closed), 0) as pending,
    from sides
    left join told on told.kind = sides.kind
    left join counted on counted.kind = sides.kind and counted.is_in = sides.is_in
    group by sides.position, sides.kind, sides.is_in, told.kind
)
select
    kind,
    is_in,
    cast(case when is_told then entrants end as bigint) as entrants,
    cast(case when is_told then retained end as bigint) as retained,
    cast(case when is_told then pending end as bigint) as pending,
from judged
order by position
