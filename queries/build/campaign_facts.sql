-- What is known of each campaign as a whole.
--
-- grain    one row per campaign
-- params   $data_until date      first day not covered
-- returns  campaign_key integer  1, 2, 3 … in order of their first day
--          campaign_id varchar   names the campaign
--          starts_on date        first day of it; where the two days were mixed up, the earlier one
--          ends_on   date        last day of it; likewise the later one
--          goal      varchar     an event, or payment; null: none was named
--          goal_times bigint     how often anybody ever did it; null: none was named
--          window_days integer   days, that of the exposure included, in which the goal counts
--          arms      bigint      arms with anybody
--          has_control boolean   whether one of them is the control
--          is_latest boolean     whether it began last of those with anybody assigned
--          assigned  bigint      people exposed to exactly one arm, and not before a known sign-up; so below
--          in_two_arms bigint    people left out, as they were in more than one arm
--          before_joining bigint people left out, as they were exposed before a known sign-up
--          exposed_again bigint  exposures after the first
--          outside_days bigint   people first exposed on a day that is not the campaign's
--          overlapped bigint     people shown another campaign inside this one's window
--          first_exposed_on date day of the first exposure
--          last_exposed_on date  day of the last person's first exposure
--          closes_on date        the window of the last is over when the data are covered until this day
--          closed    bigint      people whose window is over
--          reached_so_far bigint people who reached the goal in the window, open ones too; null: none was named
--          payments_cap decimal(38,4)  amount above which payments count as no more than it; null: nobody is closed
--          min_days_after_joining integer  fewest days between joining and exposure; null: not known of anybody
with exposed as (
    select
        plans.campaign_key,
        count(distinct exposed.arm) filter (where exposed.fate = 'assigned') as arms,
        count(*) filter (where exposed.fate = 'assigned' and exposed.arm = 'control') > 0 as has_control,
        count(*) filter (where exposed.fate = 'assigned') as assigned,
        count(*) filter (where exposed.fate = 'in_two_arms') as in_two_arms,
        count(*) filter (where exposed.fate = 'before_joining') as before_joining,
        coalesce(sum(exposed.exposures - 1) filter (where exposed.fate = 'assigned'), 0) as exposed_again,
        count(*) filter (
            where exposed.fate = 'assigned'
            and (exposed.exposed_on < plans.starts_on or exposed.exposed_on > plans.ends_on)
        ) as outside_days,
        min(exposed.exposed_on) filter (where exposed.fate = 'assigned') as first_exposed_on,
        max(exposed.exposed_on) filter (where exposed.fate = 'assigned') as last_exposed_on,
        count(*) filter (
            where exposed.fate = 'assigned' and exposed.exposed_on + exposed.window_days <= $data_until::date
        ) as closed,
        min(exposed.exposed_on - exposed.acquired_on) filter (
            where exposed.fate = 'assigned'
        ) as min_days_after_joining,
    from staging.campaign_plans as plans
    left join staging.campaign_exposed as exposed on exposed.campaign_key = plans.campaign_key
    group by plans.campaign_key
),
reached as (
    select
        campaign_key,
        sum(reached) as users,
    from campaign_arrivals
    group by campaign_key
),
overlapped as (
    select
        campaign_key,
        count(distinct user_key) as users,
    from staging.campaign_met
    group by campaign_key
)
select
    plans.campaign_key,
    plans.campaign_id,
    plans.starts_on,
    plans.ends_on,
    plans.goal,
    case when plans.goal is not null then coalesce(goals.times, 0) end as goal_times,
    plans.window_days,
    exposed.arms,
    exposed.has_control,
    exposed.assigned > 0
    and plans.campaign_key = max(case when exposed.assigned > 0 then plans.campaign_key end) over () as is_latest,
    exposed.assigned,
    exposed.in_two_arms,
    exposed.before_joining,
    cast(exposed.exposed_again as bigint) as exposed_again,
    exposed.outside_days,
    coalesce(overlapped.users, 0) as overlapped,
    exposed.first_exposed_on,
    exposed.last_exposed_on,
    -- More people may come as long as it runs.
    plans.window_days + case
        when plans.ends_on < $data_until::date then coalesce(exposed.last_exposed_on, plans.ends_on)
        else greatest(exposed.last_exposed_on, plans.ends_on)
    end as closes_on,
    exposed.closed,
    cast(case when plans.goal is not null then coalesce(reached.users, 0) end as bigint) as reached_so_far,
    caps.cap as payments_cap,
    cast(exposed.min_days_after_joining as integer) as min_days_after_joining,
from staging.campaign_plans as plans
inner join exposed on exposed.campaign_key = plans.campaign_key
left join campaign_goals as goals on goals.goal = plans.goal
left join reached on reached.campaign_key = plans.campaign_key
left join overlapped on overlapped.campaign_key = plans.campaign_key
left join staging.campaign_caps as caps on caps.campaign_key = plans.campaign_key
order by plans.campaign_key
