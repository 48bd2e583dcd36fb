-- How many were assigned to each arm of every campaign.
--
-- grain    one row per campaign and arm, the latest campaign first; nobody in the segments is a row of 0
-- params   $segments integer[]   segments counted; null keeps all
-- returns  campaign_id varchar   the campaign
--          arm       varchar     control first, then the treatments by name
--          assigned  bigint      people exposed to that arm alone, and not before a known sign-up
with summed as (
    select
        campaign_key,
        arm,
        sum(assigned) filter (
            where $segments::integer[] is null or segment_id in (select unnest($segments::integer[]))
        ) as assigned,
    from campaign_arrivals
    group by campaign_key, arm
)
select
    facts.campaign_id,
    summed.arm,
    cast(coalesce(summed.assigned, 0) as bigint) as assigned,
from summed
inner join campaign_facts as facts on facts.campaign_key = summed.campaign_key
order by facts.campaign_key desc, summed.arm <> 'control', summed.arm
