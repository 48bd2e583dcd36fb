-- Numbers made elsewhere, by period: in all, and for each value of a dimension.
--
-- grain    one row per figure, grain, period, dimension and value with a row of it
-- returns  figure    varchar     name
--          grain     varchar     day | week | month; none shorter than the figure comes
--          period    date        first day of the period
--          dimension varchar     as given; null: in all
--          value     varchar     as given; null: in all
--          numerator decimal(38,4)  amounts added up; of the last day, where the last stands
--          denominator bigint    rows, where their mean stands; else null
--          is_complete boolean   whether the data cover the period, and each of its days has a row; where a row comes
--                                every week or month, each of those that begin in it
with due as (
    select
        units.grain as every,
        calendar.grain,
        calendar.period,
        count(*) as units,
    from calendar
    inner join calendar as units on units.day = calendar.day and units.day = units.period
    where units.grain in (select every from figure_rules)
    group by units.grain, calendar.grain, calendar.period
),
counted as (
    select
        series.figure,
        calendar.grain,
        calendar.period,
        series.dimension,
        series.value,
        sum(series.amount) as total,
        max_by(series.amount, series.day) as last_amount,
        count(*) as rows,
        count(distinct series.unit) as units,
    from staging.figure_series as series
    inner join figure_rules on figure_rules.figure = series.figure
    inner join calendar
        on
            calendar.day = series.unit
            and (
                figure_rules.every = 'day'
                or calendar.grain = 'month'
                or (figure_rules.every = 'week' and calendar.grain = 'week')
            )
    group by series.figure, calendar.grain, calendar.period, series.dimension, series.value
)
select
    counted.figure,
    counted.grain,
    counted.period,
    counted.dimension,
    counted.value,
    cast(case figure_rules.combine when 'last' then counted.last_amount else counted.total end as decimal(38, 4))
        as numerator,
    case figure_rules.combine when 'mean' then counted.rows end as denominator,
    periods.is_complete and counted.units = due.units as is_complete,
from counted
inner join figure_rules on figure_rules.figure = counted.figure
inner join periods on periods.grain = counted.grain and periods.period = counted.period
inner join due
    on due.every = figure_rules.every and due.grain = counted.grain and due.period = counted.period
order by counted.figure, counted.grain, counted.period, counted.dimension nulls first, counted.value
