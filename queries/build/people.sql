-- Everybody met anywhere, with a number and the day they joined.
--
-- grain    one row per user_id of any table
-- params   $unknown  varchar[]   the dimension values of somebody who is not in users
--          $groups   varchar[]   lists that people are filtered by, in the order of product.yml
-- returns  user_key  integer     1, 2, 3 … in order of joining
--          user_id   varchar     as the company writes it
--          acquired_on date      day of sign-up, or else of the first event or payment; null where neither is known
--          signed_up_at timestamp  as given
--          invited_by varchar    user_id of the inviter, as given
--          incentive boolean     came for a reward, as given
--          dimension_values varchar[]  of the dimensions and then of the groups (in, out), before folding
--          is_listed boolean     whether users has this person
with met as (
    select user_id, min(occurred_at) as first_at from staging.events group by user_id
    union all
    select user_id, min(paid_at) as first_at from staging.payments group by user_id
    union all
    select user_id, cast(null as timestamp) as first_at from staging.exposures
    union all
    select user_id, cast(null as timestamp) as first_at from staging.groups
    union all
    select user_id, cast(null as timestamp) as first_at
    from staging.feedback
    where user_id is not null
),
first_met as (
    select
        user_id,
        cast(min(first_at) as date) as day,
    from met
    group by user_id
),
memberships as (
    select
        user_id,
        list(group_name) as group_names,
    from staging.groups
    where list_contains($groups::varchar[], group_name)
    group by user_id
),
everybody as (
    select
        coalesce(listed.user_id, first_met.user_id) as user_id,
        coalesce(cast(listed.signed_up_at as date), first_met.day) as acquired_on,
        listed.signed_up_at,
        listed.invited_by,
        listed.incentive,
        list_concat(
            coalesce(listed.dimension_values, $unknown::varchar[]),
            list_transform(
                $groups::varchar[],
                lambda name: case when list_contains(memberships.group_names, name) then 'in' else 'out' end
            )
        ) as dimension_values,
        listed.user_id is not null as is_listed,
    from staging.listed as listed
    full join first_met on first_met.user_id = listed.user_id
    left join memberships on memberships.user_id = coalesce(listed.user_id, first_met.user_id)
)
select
    cast(row_number() over (order by acquired_on nulls last, user_id) as integer) as user_key,
    user_id,
    acquired_on,
    signed_up_at,
    invited_by,
    incentive,
    dimension_values,
    is_listed,
from everybody
