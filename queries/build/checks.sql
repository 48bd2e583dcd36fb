-- What was found amiss in tables that were accepted.
--
-- grain    one row per finding
-- params   $data_until date      first day not covered
-- returns  check_id  varchar     kind of finding
--          subject   varchar     the table, column, event or dimension it is about
--          figure    bigint      how many
--          detail    varchar     the nearest known name, or the first missing day; null: nothing to add
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
    union all
    select
        'group_without_rows' as check_id,
        group_name as subject,
        1 as figure,
    from named_groups
    where group_name not in (select group_name from groups)
    union all
    select
        'figure_without_total' as check_id,
        figure as subject,
        1 as figure,
    from staging.figure_series
    group by figure
    having count(*) = count(dimension)
    union all
    select
        'figure_value_without_dimension' as check_id,
        figure as subject,
        count(*) as figure,
    from figures
    where dimension is null and value is not null
    group by figure
),
-- From a figure's first row to data_until, a row is due in every day, week or month that is over.
figure_gaps as (
    select
        began.figure,
        periods.period,
    from (
        select
            figure,
            min(unit) as unit,
        from staging.figure_series
        where dimension is null
        group by figure
    ) as began
    inner join figure_rules on figure_rules.figure = began.figure
    inner join periods
        on periods.grain = figure_rules.every and periods.period >= began.unit and periods.is_complete
    anti join staging.figure_series as series
        on series.figure = began.figure and series.unit = periods.period and series.dimension is null
)
select
    check_id,
    subject,
    cast(figure as bigint) as figure,
    cast(null as varchar) as detail,
from findings
where figure > 0
union all
select
    'figure_days_missing' as check_id,
    figure as subject,
    count(*) as figure,
    cast(min(period) as varchar) as detail,
from figure_gaps
group by figure
union all
select check_id, subject, figure, detail
from staging.findings
order by check_id, subject
