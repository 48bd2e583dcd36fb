-- Which other campaigns reached for the same people inside the window of one.
--
-- grain    one row per other campaign with anybody in both, the largest first
-- params   $campaign varchar     campaign_id; null: the latest with anybody assigned
-- returns  campaign_id varchar   the other campaign
--          name      varchar     as the company calls it
--          users     bigint      people assigned to the one who were shown the other, not held out of it, on days 0 to
--                                window_days - 1 after they were first exposed to the one
--          assigned  bigint      all people assigned to the one
select
    others.campaign_id,
    campaigns.name,
    met.users,
    facts.assigned,
from campaign_overlaps as met
inner join campaign_facts as facts on facts.campaign_key = met.campaign_key
inner join campaign_facts as others on others.campaign_key = met.other_key
inner join campaigns on campaigns.campaign_id = others.campaign_id
where
    (facts.campaign_id = $campaign::varchar or ($campaign::varchar is null and facts.is_latest))
order by met.users desc, others.campaign_id
