-- Who was exposed to each campaign, when first, and whether they can be judged by.
--
-- grain    one row per campaign and person
-- returns  campaign_key integer  which campaign
--          user_key  integer     who
--          segment_id integer    the segment the person is in
--          arm       varchar     control, or the name of a treatment; of two arms the first by name
--          exposed_at timestamp  first exposure
--          exposed_on date       its day
--          acquired_on date      day of joining; null where it is not known
--          window_days integer   of the campaign
--          exposures bigint      times exposed
--          fate      varchar     assigned | in_two_arms | before_joining: exposed before a known sign-up
with gathered as (
    select
        campaign_key,
        user_key,
        min(arm) as arm,
        min(arm) <> max(arm) as is_in_two_arms,
        min(exposed_at) as exposed_at,
        count(*) as exposures,
    from staging.campaign_shown
    group by campaign_key, user_key
)
select
    gathered.campaign_key,
    gathered.user_key,
    user_segment.segment_id,
    gathered.arm,
    gathered.exposed_at,
    cast(gathered.exposed_at as date) as exposed_on,
    user_segment.acquired_on,
    plans.window_days,
    gathered.exposures,
    case
        when gathered.is_in_two_arms then 'in_two_arms'
        -- A midnight most often stands for a day of which no more is known.
        when
            gathered.exposed_at < user_segment.signed_up_at
            and (
                gathered.exposed_at > cast(gathered.exposed_at as date)
                or cast(gathered.exposed_at as date) < cast(user_segment.signed_up_at as date)
            )
            then 'before_joining'
        else 'assigned'
    end as fate,
from gathered
inner join staging.campaign_plans as plans on plans.campaign_key = gathered.campaign_key
inner join user_segment on user_segment.user_key = gathered.user_key
