-- What came of each campaign: sums from which means, their noise and the adjustment for what was before are made.
--
-- grain    one row per metric, campaign, arm and segment with anybody assigned
-- params   $data_until date      first day not covered
--          $opt_out_events varchar[]  events by which people turn messages off; none: not counted
--          $complaint_events varchar[]  events by which they complain; none: not counted
-- returns  metric    varchar     goal, payments, active_days, retention_day_7, retention_day_30, opt_out, complaint
--          campaign_key integer  which campaign
--          arm       varchar     control, or the name of a treatment
--          segment_id integer    which segment
--          n         bigint      people assigned for whom the metric's window is over
--          sum_y     double      of what each of them did in it: 0 or 1, days, or money up to the cap
--          sum_yy    double      of its squares
--          sum_x     double      of what they did in the 28 days before: the same; for retention, days active
--          sum_xx    double      of its squares
--          sum_xy    double      of the products
with measures as (
    select
        'goal' as metric,
        people.campaign_key,
        people.arm,
        people.segment_id,
        people.exposed_on + people.window_days as closes_on,
        case when people.goal_day < people.window_days then 1 else 0 end as y,
        people.goal_before as x,
    from staging.campaign_people as people
    inner join staging.campaign_plans as plans on plans.campaign_key = people.campaign_key
    where plans.goal is not null
    union all
    select
        'payments' as metric,
        people.campaign_key,
        people.arm,
        people.segment_id,
        people.exposed_on + people.window_days as closes_on,
        least(people.paid, caps.cap) as y,
        least(people.paid_before, caps.cap_before) as x,
    from staging.campaign_people as people
    left join staging.campaign_caps as caps on caps.campaign_key = people.campaign_key
    union all
    select
        'active_days' as metric,
        campaign_key,
        arm,
        segment_id,
        exposed_on + window_days as closes_on,
        active_days as y,
        active_before as x,
    from staging.campaign_people
    union all
    select
        'retention_day_7' as metric,
        campaign_key,
        arm,
        segment_id,
        exposed_on + 8 as closes_on,
        active_on_7 as y,
        active_before as x,
    from staging.campaign_people
    union all
    select
        'retention_day_30' as metric,
        campaign_key,
        arm,
        segment_id,
        exposed_on + 31 as closes_on,
        active_on_30 as y,
        active_before as x,
    from staging.campaign_people
    union all
    select
        'opt_out' as metric,
        campaign_key,
        arm,
        segment_id,
        exposed_on + window_days as closes_on,
        opted_out as y,
        opted_out_before as x,
    from staging.campaign_people
    where len($opt_out_events::varchar[]) > 0
    union all
    select
        'complaint' as metric,
        campaign_key,
        arm,
        segment_id,
        exposed_on + window_days as closes_on,
        complained as y,
        complained_before as x,
    from staging.campaign_people
    where len($complaint_events::varchar[]) > 0
),
-- Who is not closed stays as a row that adds nothing, so that an arm is there before its first window is over.
closed as (
    select
        metric,
        campaign_key,
        arm,
        segment_id,
        cast(case when closes_on <= $data_until::date then 1 else 0 end as integer) as n,
        cast(case when closes_on <= $data_until::date then y else 0 end as double) as y,
        cast(case when closes_on <= $data_until::date then x else 0 end as double) as x,
    from measures
)
select
    metric,
    campaign_key,
    arm,
    segment_id,
    cast(sum(n) as bigint) as n,
    sum(y) as sum_y,
    sum(y * y) as sum_yy,
    sum(x) as sum_x,
    sum(x * x) as sum_xx,
    sum(x * y) as sum_xy,
from closed
group by metric, campaign_key, arm, segment_id
order by metric, campaign_key, arm, segment_id
