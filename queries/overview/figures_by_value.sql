-- Every number made elsewhere, period by period, for each value of a dimension that it was given by.
--
-- grain    one row per figure, value that it ever had and period; a period without a row of it is missing, never 0
-- params   $grain    varchar     day | week | month; null: day
--          $from     date        first period shown has its first day on or after this; null: the first
--          $until    date        … and before this; null: to data_until
--          $dimension varchar    a dimension of product.yml; null: the first by name
-- returns  metric    varchar     name of the figure
--          value     varchar     a value of the dimension, as the figure's maker writes it; "unknown" where left blank
--          period    date        first day of the period
--          numerator double      amounts added up, or the last one; null: the value has no row in the period
--          denominator bigint    rows it is the mean of; null: added up, or the last
--          pending   bigint      null: nothing can be open
--          is_complete boolean   whether the data cover the period, and the value has a row for each of its days
--                                (weeks, months: as often as product.yml says that it comes)
-- terms    product.yml, figures: combine, every
with shown as (
    select period
    from periods
    where
        grain = coalesce($grain::varchar, 'day')
        and (period >= $from::date or ($from::date is null and position > 0))
        and ($until::date is null or period < $until::date)
),
first_dimension as (
    select min(dimension) as dimension
    from segment_values
),
chosen as (
    select figure, value, grain, period, numerator, denominator, is_complete
    from figure_counts
    where dimension = coalesce($dimension::varchar, (select dimension from first_dimension))
),
present as (
    select distinct figure, value
    from chosen
)
select
    figure_rules.figure as metric,
    present.value,
    shown.period,
    cast(chosen.numerator as double) as numerator,
    chosen.denominator,
    cast(null as bigint) as pending,
    coalesce(chosen.is_complete, false) as is_complete,
from figure_rules
inner join present on present.figure = figure_rules.figure
cross join shown
left join chosen
    on
        chosen.figure = present.figure
        and chosen.value = present.value
        and chosen.grain = coalesce($grain::varchar, 'day')
        and chosen.period = shown.period
order by figure_rules.position, present.value, shown.period
