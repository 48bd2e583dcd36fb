-- What the next campaign may reckon with: who can take part, and what such people do without it.
--
-- grain    one row per metric; it scans the last weeks of activity, events and payments
-- params   $goal     varchar     an event, or payment; null: payment
--          $window_days integer  days in which the goal is to count; null: 7
--          $segments integer[]   segments counted; null keeps all
-- returns  metric    varchar     goal: 1 for whoever did it; payments: amounts, capped at what 999 in 1,000 stay below
--          eligible  bigint      people active in the last 28 days
--          arrivals  bigint      those of them who were not active in the 28 days before those
--          n         bigint      people active in the 28 days before the last $window_days days
--          sum_y     double      of what each of them did in the last $window_days days
--          sum_yy    double      of its squares
--          sum_x     double      of what they did in the 28 days before
--          sum_xx    double      of its squares
--          sum_xy    double      of the products
with spans as (
    select
        data_until,
        data_until - coalesce($window_days::integer, 7) as began_on,
    from build
),
chosen as (
    select segment_id
    from segments
    where $segments::integer[] is null or segment_id in (select unnest($segments::integer[]))
),
present as (
    select
        activity.user_key,
        max(activity.segment_id) as segment_id,
        max(case when activity.day >= spans.data_until - 28 then 1 else 0 end) as is_now,
        max(case
            when activity.day >= spans.data_until - 56 and activity.day < spans.data_until - 28 then 1
            else 0
        end) as is_earlier,
        max(case when activity.day >= spans.began_on - 28 and activity.day < spans.began_on then 1 else 0 end)
            as is_observed,
    from activity
    cross join spans
    where activity.day >= least(spans.data_until - 56, spans.began_on - 28)
    group by activity.user_key
),
available as (
    select
        count(*) filter (where present.is_now = 1) as eligible,
        count(*) filter (where present.is_now = 1 and present.is_earlier = 0) as arrivals,
    from present
    inner join chosen on chosen.segment_id = present.segment_id
),
deeds as (
    select
        events.user_key,
        events.day >= spans.began_on as is_since,
    from events
    cross join spans
    where
        events.event = coalesce($goal::varchar, 'payment')
        and $goal::varchar <> 'payment'
        and events.day >= spans.began_on - 28
        and events.day < spans.data_until
    union all
    select
        payments.user_key,
        payments.day >= spans.began_on as is_since,
    from payments
    cross join spans
    where
        coalesce($goal::varchar, 'payment') = 'payment'
        and payments.amount > 0
        and payments.day >= spans.began_on - 28
        and payments.day < spans.data_until
),
done as (
    select
        user_key,
        max(case when is_since then 1 else 0 end) as y,
        max(case when is_since then 0 else 1 end) as x,
    from deeds
    group by user_key
),
paid as (
    select
        payments.user_key,
        sum(case when payments.day >= spans.began_on then payments.amount else 0 end) as y,
        sum(case when payments.day < spans.began_on then payments.amount else 0 end) as x,
    from payments
    cross join spans
    where payments.day >= spans.began_on - 28 and payments.day < spans.data_until
    group by payments.user_key
),
observed as (
    select
        present.segment_id,
        coalesce(done.y, 0) as did,
        coalesce(done.x, 0) as did_before,
        coalesce(paid.y, 0) as paid,
        coalesce(paid.x, 0) as paid_before,
    from present
    left join done on done.user_key = present.user_key
    left join paid on paid.user_key = present.user_key
    where present.is_observed = 1
),
caps as (
    select
        case when quantile_disc(paid, 0.999) > 0 then quantile_disc(paid, 0.999) else max(paid) end as cap,
        case when quantile_disc(paid_before, 0.999) > 0 then quantile_disc(paid_before, 0.999) else max(paid_before) end
            as cap_before,
    from observed
),
measures as (
    select
        'goal' as metric,
        segment_id,
        cast(did as double) as y,
        cast(did_before as double) as x,
    from observed
    union all
    select
        'payments' as metric,
        observed.segment_id,
        cast(least(observed.paid, caps.cap) as double) as y,
        cast(least(observed.paid_before, caps.cap_before) as double) as x,
    from observed
    cross join caps
),
summed as (
    select
        measures.metric,
        count(*) as n,
        sum(measures.y) as sum_y,
        sum(measures.y * measures.y) as sum_yy,
        sum(measures.x) as sum_x,
        sum(measures.x * measures.x) as sum_xx,
        sum(measures.x * measures.y) as sum_xy,
    from measures
    inner join chosen on chosen.segment_id = measures.segment_id
    group by measures.metric
),
kinds as (
    select unnest(['goal', 'payments']) as metric
)
select
    kinds.metric,
    available.eligible,
    available.arrivals,
    coalesce(summed.n, 0) as n,
    coalesce(summed.sum_y, 0) as sum_y,
    coalesce(summed.sum_yy, 0) as sum_yy,
    coalesce(summed.sum_x, 0) as sum_x,
    coalesce(summed.sum_xx, 0) as sum_xx,
    coalesce(summed.sum_xy, 0) as sum_xy,
from kinds
cross join available
left join summed on summed.metric = kinds.metric
order by kinds.metric
