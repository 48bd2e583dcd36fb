-- How many were assigned to each arm of every campaign.
--
-- grain    one row per campaign and arm, the latest campaign first; nobody in the segments is a row of 0
-- params   $segments integer[]   segments counted; null keeps all
-- returns  campaign_id varchar   the campaign
--          arm       varchar     control first, then the treatments by name
--          assigned  bigint      people exposed to that arm alone, and not before a known sign-up
-- Where everybody's window is over, those counted in it are those assigned: a smaller cube than that of arrivals.
with counted as (
    select
        outcomes.campaign_key,
        outcomes.arm,
        outcomes.segment_id,
        outcomes.n as assigned,
    from campaign_outcomes as outcomes
    inner join campaign_facts as facts on facts.campaign_key = outcomes.campaign_key
    where outcomes.metric = 'active_days' and facts.closed = facts.assigned
    union all
    select
        arrivals.campaign_key,
        arrivals.arm,
        arrivals.segment_id,
        arrivals.assigned,
    from campaign_arrivals as arrivals
    inner join campaign_facts as facts on facts.campaign_key = arrivals.campaign_key
    where facts.closed < facts.assigned
),
summed as (
    select
        campaign_key,
        arm,
        sum(assigned) filter (
            where $segments::integer[] is null or segment_id in (select unnest($segments::integer[]))
        ) as assigned,
    from counted
    group by campaign_key, arm
)
select
    facts.campaign_id,
    summed.arm,
    cast(coalesce(summed.assigned, 0) as bigint) as assigned,
from summed
inner join campaign_facts as facts on facts.campaign_key = summed.campaign_key
order by facts.campaign_key desc, summed.arm <> 'control', summed.arm
