-- Whether the people whom one campaign brought stayed, beside others who joined in the same weeks.
--
-- grain    two rows, campaign and organic; nobody is a row of 0
-- params   $campaign varchar     campaign_id; null: the latest with anybody assigned
--          $segments integer[]   segments counted; null keeps all
-- returns  who       varchar     campaign: treated, and joined between the day before the exposure and the end of the
--                                window; organic: joined in the same weeks, brought by no campaign
--          joined    bigint      people
--          entrants_7 bigint     those whose day 7 after joining is over
--          returned_7 bigint     those of them who were active on it
--          entrants_30 bigint    those whose day 30 is over
--          returned_30 bigint    those of them who were active on it
--          settled   bigint      those who joined 7 days ago or more: it is known whether they are hollow
--          hollow    bigint      those of them who are
-- terms    README, "Words we use": standing
with chosen as (
    select campaign_key
    from campaign_facts
    where campaign_id = $campaign::varchar or ($campaign::varchar is null and is_latest)
),
summed as (
    select
        newcomers.who,
        sum(newcomers.joined) as joined,
        sum(newcomers.entrants_7) as entrants_7,
        sum(newcomers.returned_7) as returned_7,
        sum(newcomers.entrants_30) as entrants_30,
        sum(newcomers.returned_30) as returned_30,
        sum(newcomers.joined) filter (where segments.standing <> 'new') as settled,
        sum(newcomers.joined) filter (where segments.standing = 'hollow') as hollow,
    from campaign_newcomers as newcomers
    inner join chosen on chosen.campaign_key = newcomers.campaign_key
    inner join segments on segments.segment_id = newcomers.segment_id
    where $segments::integer[] is null or newcomers.segment_id in (select unnest($segments::integer[]))
    group by newcomers.who
),
kinds as (
    select unnest(['campaign', 'organic']) as who
)
select
    kinds.who,
    cast(coalesce(summed.joined, 0) as bigint) as joined,
    cast(coalesce(summed.entrants_7, 0) as bigint) as entrants_7,
    cast(coalesce(summed.returned_7, 0) as bigint) as returned_7,
    cast(coalesce(summed.entrants_30, 0) as bigint) as entrants_30,
    cast(coalesce(summed.returned_30, 0) as bigint) as returned_30,
    cast(coalesce(summed.settled, 0) as bigint) as settled,
    cast(coalesce(summed.hollow, 0) as bigint) as hollow,
from kinds
left join summed on summed.who = kinds.who
order by kinds.who
