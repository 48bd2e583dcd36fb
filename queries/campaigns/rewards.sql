-- How many of those treated by one campaign never used the product for anything but the reward.
--
-- grain    one row
-- params   $campaign varchar     campaign_id; null: the latest with anybody assigned
--          $segments integer[]   segments counted; null keeps all
-- returns  treated   bigint      people assigned to a treatment
--          settled   bigint      those of them who joined 7 days ago or more: it is known whether they are hollow
--          hollow    bigint      those of them who are: only reward events, or an incentive without activation
-- terms    README, "Words we use": standing
select
    cast(coalesce(sum(arrivals.assigned), 0) as bigint) as treated,
    cast(coalesce(sum(arrivals.assigned) filter (where segments.standing <> 'new'), 0) as bigint) as settled,
    cast(coalesce(sum(arrivals.assigned) filter (where segments.standing = 'hollow'), 0) as bigint) as hollow,
from campaign_arrivals as arrivals
inner join campaign_facts as facts on facts.campaign_key = arrivals.campaign_key
inner join segments on segments.segment_id = arrivals.segment_id
where
    (facts.campaign_id = $campaign::varchar or ($campaign::varchar is null and facts.is_latest))
    and arrivals.arm <> 'control'
    and ($segments::integer[] is null or arrivals.segment_id in (select unnest($segments::integer[])))
