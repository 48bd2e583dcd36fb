-- What each person assigned to a campaign did since, and in the 28 days before.
--
-- grain    one row per campaign and person exposed to exactly one arm of it, and not before a known sign-up
-- params   $data_until date      first day not covered
--          $opt_out_events varchar[]  events by which people turn messages off
--          $complaint_events varchar[]  events by which they complain
--          $parts    integer     into how many parts people are cut, as all at once need not fit into memory
--          $part     integer     the one that is counted, from 0
-- returns  campaign_key integer  which campaign
--          arm       varchar     control, or the name of a treatment
--          segment_id integer    the segment the person is in
--          exposed_on date       day of the first exposure: day 0
--          window_days integer   of the campaign
--          goal_day  bigint      day of the first goal at or after the moment of exposure; null: none on three windows
--          goal_before integer   1: did the goal on days -28 to -1
--          paid      decimal(38,4)  amounts in the window, at or after the moment of exposure, refunds taken off
--          paid_before decimal(38,4)  … on days -28 to -1
--          active_days bigint    days of the window with activity
--          active_before bigint  days -28 to -1 with activity
--          active_on_7 bigint    1: active on day 7
--          active_on_30 bigint   1: active on day 30
--          opted_out integer     1: did so in the window, at or after the moment of exposure
--          opted_out_before integer  1: … on days -28 to -1
--          complained integer    likewise
--          complained_before integer  likewise
with wanted as (
    select plans.campaign_key, plans.goal, 'goal' as deed
    from staging.campaign_plans as plans
    where plans.goal is not null
    union all
    select plans.campaign_key, unnest($opt_out_events::varchar[]) as goal, 'opt_out' as deed
    from staging.campaign_plans as plans
    union all
    select plans.campaign_key, unnest($complaint_events::varchar[]) as goal, 'complaint' as deed
    from staging.campaign_plans as plans
),
assigned as (
    select campaign_key, user_key, arm, segment_id, exposed_at, exposed_on, window_days
    from staging.campaign_exposed
    where fate = 'assigned' and user_key % $parts::integer = $part::integer
),
deeds as (
    select
        assigned.campaign_key,
        assigned.user_key,
        wanted.deed,
        events.day - assigned.exposed_on as day,
        events.occurred_at >= assigned.exposed_at as is_since,
        assigned.window_days,
    from assigned
    inner join wanted on wanted.campaign_key = assigned.campaign_key
    inner join events on events.user_key = assigned.user_key and events.event = wanted.goal
    where
        wanted.goal <> 'payment'
        and events.day < $data_until::date
        and events.user_key % $parts::integer = $part::integer
    union all
    select
        assigned.campaign_key,
        assigned.user_key,
        wanted.deed,
        payments.day - assigned.exposed_on as day,
        payments.paid_at >= assigned.exposed_at as is_since,
        assigned.window_days,
    from assigned
    inner join wanted on wanted.campaign_key = assigned.campaign_key
    inner join payments on payments.user_key = assigned.user_key
    where
        wanted.goal = 'payment'
        and payments.amount > 0
        and payments.day < $data_until::date
        and payments.user_key % $parts::integer = $part::integer
),
done as (
    select
        campaign_key,
        user_key,
        min(case when deed = 'goal' and is_since then day end) as goal_day,
        max(case when deed = 'goal' and day < 0 then 1 else 0 end) as goal_before,
        max(case when deed = 'opt_out' and is_since and day < window_days then 1 else 0 end) as opted_out,
        max(case when deed = 'opt_out' and day < 0 then 1 else 0 end) as opted_out_before,
        max(case when deed = 'complaint' and is_since and day < window_days then 1 else 0 end) as complained,
        max(case when deed = 'complaint' and day < 0 then 1 else 0 end) as complained_before,
    from deeds
    where day >= -28 and day < 3 * window_days
    group by campaign_key, user_key
),
paid as (
    select
        assigned.campaign_key,
        assigned.user_key,
        sum(payments.amount) filter (where payments.paid_at >= assigned.exposed_at) as paid,
        sum(payments.amount) filter (where payments.day < assigned.exposed_on) as paid_before,
    from assigned
    inner join payments on payments.user_key = assigned.user_key
    where
        payments.day < $data_until::date
        and payments.user_key % $parts::integer = $part::integer
        and payments.day >= assigned.exposed_on - 28
        and payments.day < assigned.exposed_on + assigned.window_days
    group by assigned.campaign_key, assigned.user_key
),
active as (
    select
        assigned.campaign_key,
        assigned.user_key,
        count(*) filter (
            where activity.day >= assigned.exposed_on and activity.day < assigned.exposed_on + assigned.window_days
        ) as active_days,
        count(*) filter (where activity.day < assigned.exposed_on) as active_before,
        count(*) filter (where activity.day = assigned.exposed_on + 7) as active_on_7,
        count(*) filter (where activity.day = assigned.exposed_on + 30) as active_on_30,
    from assigned
    inner join activity on activity.user_key = assigned.user_key
    where
        activity.user_key % $parts::integer = $part::integer
        and activity.day >= assigned.exposed_on - 28
        and activity.day < assigned.exposed_on + greatest(assigned.window_days, 31)
    group by assigned.campaign_key, assigned.user_key
)
select
    assigned.campaign_key,
    assigned.arm,
    assigned.segment_id,
    assigned.exposed_on,
    assigned.window_days,
    done.goal_day,
    coalesce(done.goal_before, 0) as goal_before,
    coalesce(paid.paid, 0) as paid,
    coalesce(paid.paid_before, 0) as paid_before,
    coalesce(active.active_days, 0) as active_days,
    coalesce(active.active_before, 0) as active_before,
    coalesce(active.active_on_7, 0) as active_on_7,
    coalesce(active.active_on_30, 0) as active_on_30,
    coalesce(done.opted_out, 0) as opted_out,
    coalesce(done.opted_out_before, 0) as opted_out_before,
    coalesce(done.complained, 0) as complained,
    coalesce(done.complained_before, 0) as complained_before,
from assigned
left join done on done.campaign_key = assigned.campaign_key and done.user_key = assigned.user_key
left join paid on paid.campaign_key = assigned.campaign_key and paid.user_key = assigned.user_key
left join active on active.campaign_key = assigned.campaign_key and active.user_key = assigned.user_key
