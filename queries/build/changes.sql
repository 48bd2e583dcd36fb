-- What is different from the build before, on the days that it covered too.
--
-- grain    one row per change; none where there is no build before
-- params   $previous_until date  first day not covered then; null: there is no build before
--          $timezone varchar     zone in which days are counted now
--          $previous_timezone varchar  the same then: rows by day of another zone are not compared
-- returns  position  integer     order of the kinds, and of figures among themselves
--          kind      varchar     setting | figure_sql | folding | rows_late | rows_gone | amounts_changed |
--                                rows_changed | users_added | users_gone | users_unlisted | users_changed | figure
--          subject   varchar     what changed: a place, a file, a dimension, a table, or a figure
--          day       date        of a figure: its day; of rows_changed: the first such day
--          changed   bigint      rows, people or days that differ
--          before    double      rows, people, an amount, or a numerator
--          after     double      the same now
--          before_of bigint      a denominator
--          after_of  bigint      the same now
--          before_text varchar   a setting
--          after_text varchar    the same now
--          detail    varchar     a folded value
with covered as (
    select
        $previous_until::date as data_until,
        $timezone::varchar = $previous_timezone::varchar as has_same_days,
    where $previous_until::date is not null
),
settings_changed as (
    select
        coalesce(now.place, before.place) as place,
        before.value as before_text,
        now.value as after_text,
    from settings as now
    full join staging.settings_before as before on before.place = now.place
    where now.value is distinct from before.value
),
sql_changed as (
    select coalesce(now.name, before.name) as name
    from statements as now
    full join staging.statements_before as before on before.name = now.name
    where
        now.digest is distinct from before.digest
        -- A step that is new with a version of this program changes no figure; a source that is new does.
        and (now.name like 'sources/%' or before.name like 'sources/%' or now.digest <> before.digest)
),
folding_changed as (
    select
        coalesce(now.dimension, before.dimension) as dimension,
        coalesce(now.value, before.value) as value,
        before.users as before,
        now.users as after,
    from folded_values as now
    full join staging.folded_values_before as before
        on before.dimension = now.dimension and before.value = now.value
    where now.value is null or before.value is null
),
rows_compared as (
    select
        coalesce(now.source, before.source) as source,
        coalesce(now.day, before.day) as day,
        coalesce(before.rows, 0) as before,
        coalesce(now.rows, 0) as after,
        coalesce(before.amount, 0) as amount_before,
        coalesce(now.amount, 0) as amount_after,
        -- What is told as rows or amounts that differ is not told once more.
        now.rows = before.rows
        and coalesce(now.amount, 0) = coalesce(before.amount, 0)
        and now.digest <> before.digest as has_only_other_content,
    from staging.tallies as now
    full join staging.tallies_before as before
        on before.source = now.source and before.day = now.day and before.part is not distinct from now.part
    inner join covered on covered.data_until > coalesce(now.day, before.day) and covered.has_same_days
),
rows_changed as (
    select
        source,
        sum(greatest(after - before, 0)) as late,
        sum(greatest(before - after, 0)) as gone,
        count(distinct day) filter (where after = before and amount_after <> amount_before) as days_of_amounts,
        count(distinct day) filter (where has_only_other_content) as days_of_content,
        min(day) filter (where has_only_other_content) as first_of_content,
        sum(before) as before,
        sum(after) as after,
        sum(amount_before) as amount_before,
        sum(amount_after) as amount_after,
    from rows_compared
    group by source
),
people as (
    select
        before.segment_id as segment_before,
        now.segment_id as segment_now,
        before.user_id is not null as was_there,
        now.user_id is not null as is_there,
        coalesce(before.is_listed, false) as was_in_users,
        coalesce(now.is_listed, false) as is_in_users,
        not coalesce(
            before.acquired_on = now.acquired_on,
            before.acquired_on is null and now.acquired_on is null
        ) as has_moved,
        coalesce(now.acquired_on < covered.data_until, true) as is_of_covered_days,
        count(*) as users,
    from staging.user_segment_before as before
    full join user_segment as now on now.user_id = before.user_id
    cross join covered
    group by segment_before, segment_now, was_there, is_there, was_in_users, is_in_users, has_moved, is_of_covered_days
),
people_in_all as (
    select
        sum(users) filter (where was_there) as before,
        sum(users) filter (where is_there) as after,
        sum(users) filter (where not was_there and is_of_covered_days) as added,
        sum(users) filter (where not is_there) as gone,
        sum(users) filter (where was_in_users) as listed_before,
        sum(users) filter (where is_in_users) as listed_after,
        sum(users) filter (where is_there and was_in_users and not is_in_users) as unlisted,
    from people
),
people_changed as (
    select
        'acquired_on' as subject,
        sum(users) as changed,
    from people
    where was_there and is_there and has_moved
    union all
    -- Who only went into "other", or came out of it, is the same as before.
    select
        now.dimension as subject,
        sum(people.users) as changed,
    from people
    inner join staging.segment_values_before as before on before.segment_id = people.segment_before
    inner join segment_values as now on now.segment_id = people.segment_now and now.dimension = before.dimension
    left join folded_values as folded_now
        on
            now.value = 'other'
            and folded_now.dimension = before.dimension
            and folded_now.value = before.value
    left join staging.folded_values_before as folded_before
        on
            before.value = 'other'
            and folded_before.dimension = now.dimension
            and folded_before.value = now.value
    where
        now.value <> before.value
        and now.dimension <> 'standing'
        and folded_now.value is null
        and folded_before.value is null
    group by now.dimension
),
figures_changed as (
    select
        now.metric,
        now.position,
        now.day,
        before.numerator as before,
        now.numerator as after,
        before.denominator as before_of,
        now.denominator as after_of,
    from staging.daily_figures as now
    inner join covered on covered.data_until > now.day
    left join staging.daily_figures_before as before on before.metric = now.metric and before.day = now.day
    where
        now.metric in (select metric from staging.daily_figures_before)
        and now.is_settled
        and coalesce(before.is_settled, true)
        and (
            coalesce(now.numerator, 0) <> coalesce(before.numerator, 0)
            or coalesce(now.denominator, 0) <> coalesce(before.denominator, 0)
        )
),
changes as (
    select
        1 as position,
        'setting' as kind,
        place as subject,
        before_text,
        after_text,
    from settings_changed
    union all by name
    select
        2 as position,
        'figure_sql' as kind,
        name as subject,
    from sql_changed
    union all by name
    select
        3 as position,
        'folding' as kind,
        dimension as subject,
        coalesce(after, before) as changed,
        before,
        after,
        value as detail,
    from folding_changed
    union all by name
    select
        4 as position,
        'rows_late' as kind,
        source as subject,
        late as changed,
        before,
        after,
    from rows_changed
    where late > 0
    union all by name
    select
        5 as position,
        'rows_gone' as kind,
        source as subject,
        gone as changed,
        before,
        after,
    from rows_changed
    where gone > 0
    union all by name
    select
        6 as position,
        'amounts_changed' as kind,
        source as subject,
        days_of_amounts as changed,
        amount_before as before,
        amount_after as after,
    from rows_changed
    where days_of_amounts > 0
    union all by name
    select
        7 as position,
        'rows_changed' as kind,
        source as subject,
        first_of_content as day,
        days_of_content as changed,
        before,
        after,
    from rows_changed
    where days_of_content > 0
    union all by name
    select
        8 as position,
        'users_added' as kind,
        'users' as subject,
        added as changed,
        before,
        after,
    from people_in_all
    where added > 0
    union all by name
    select
        9 as position,
        'users_gone' as kind,
        'users' as subject,
        gone as changed,
        before,
        after,
    from people_in_all
    where gone > 0
    union all by name
    select
        10 as position,
        'users_unlisted' as kind,
        'users' as subject,
        unlisted as changed,
        listed_before as before,
        listed_after as after,
    from people_in_all
    where unlisted > 0
    union all by name
    select
        11 as position,
        'users_changed' as kind,
        people_changed.subject,
        people_changed.changed,
        people_in_all.before,
        people_in_all.after,
    from people_changed
    cross join people_in_all
    where people_changed.changed > 0
    union all by name
    select
        11 + position as position,
        'figure' as kind,
        metric as subject,
        day,
        before,
        after,
        before_of,
        after_of,
    from figures_changed
)
select
    cast(position as integer) as position,
    kind,
    subject,
    day,
    cast(changed as bigint) as changed,
    cast(before as double) as before,
    cast(after as double) as after,
    before_of,
    after_of,
    before_text,
    after_text,
    detail,
from changes
where exists (select 1 from covered)
order by position, subject, day, detail
