-- What was found amiss in tables that were accepted.
--
-- grain    one row per finding
-- params   $data_until date      first day not covered
-- returns  check_id  varchar     kind of finding
--          subject   varchar     the table, column, event or dimension it is about
--          figure    bigint      how many
--          detail    varchar     the nearest known name, or null
with findings as (
    select
        'people_not_in_users' as check_id,
        'users' as subject,
        count(*) as figure,
    from staging.people
    where not is_listed
    union all
    select
        'inviters_not_known' as check_id,
        'users.invited_by' as subject,
        count(*) as figure,
    from staging.people as people
    where
        people.invited_by is not null
        and not exists (select 1 from staging.people as inviters where inviters.user_id = people.invited_by)
    union all
    select
        'joined_on_unknown_day' as check_id,
        'users.signed_up_at' as subject,
        count(*) as figure,
    from staging.people
    where acquired_on is null
    union all
    select
        'active_before_joining' as check_id,
        'events' as subject,
        count(distinct user_key) as figure,
    from activity
    where age < 0
    union all
    select
        'after_data_until' as check_id,
        'events' as subject,
        count(*) as figure,
    from events
    where day >= $data_until::date
    union all
    select
        'after_data_until' as check_id,
        'payments' as subject,
        count(*) as figure,
    from payments
    where day >= $data_until::date
    union all
    select
        'values_folded' as check_id,
        dimension as subject,
        count(*) as figure,
    from folded_values
    group by dimension
    union all
    select
        'lags_behind' as check_id,
        source as subject,
        $data_until::date - 1 - last_day as figure,
    from tables
    where last_day < $data_until::date - 1 and source not in ('campaigns', 'exposures')
    union all
    select
        'source_without_rows' as check_id,
        source as subject,
        1 as figure,
    from tables
    where is_present and accepted = 0
)
select
    check_id,
    subject,
    cast(figure as bigint) as figure,
    cast(null as varchar) as detail,
from findings
where figure > 0
union all
select check_id, subject, figure, detail
from staging.findings
order by check_id, subject
