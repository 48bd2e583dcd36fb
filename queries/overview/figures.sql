-- Every number made elsewhere, period by period; those that bear the name of one of ours are in data/reconciliation.
--
-- grain    one row per figure and period; a period without a row of it is missing, never 0
-- params   $grain    varchar     day | week | month; null: day
--          $from     date        first period shown has its first day on or after this; null: the first
--          $until    date        … and before this; null: to data_until
-- returns  metric    varchar     name of the figure
--          period    date        first day of the period
--          numerator double      amounts added up, or the last one; null: the figure has no row in the period
--          denominator bigint    rows it is the mean of; null: added up, or the last
--          pending   bigint      null: nothing can be open
--          is_complete boolean   whether the data cover the period, and the figure has a row for each of its days
--                                (weeks, months: as often as product.yml says that it comes)
-- terms    product.yml, figures: combine, every
with shown as (
    select period
    from periods
    where
        grain = coalesce($grain::varchar, 'day')
        and (period >= $from::date or ($from::date is null and position > 0))
        and ($until::date is null or period < $until::date)
)
select
    figure_rules.figure as metric,
    shown.period,
    cast(figure_counts.numerator as double) as numerator,
    figure_counts.denominator,
    cast(null as bigint) as pending,
    coalesce(figure_counts.is_complete, false) as is_complete,
from figure_rules
cross join shown
left join figure_counts
    on
        figure_counts.figure = figure_rules.figure
        and figure_counts.grain = coalesce($grain::varchar, 'day')
        and figure_counts.period = shown.period
        and figure_counts.dimension is null
order by figure_rules.position, shown.period
