-- Numbers made elsewhere, row by row: in all, and for each value of a dimension.
--
-- grain    one row per figure, dimension, value and day with a row of it before data_until
-- params   $data_until date      first day not covered
-- returns  figure    varchar     name
--          dimension varchar     as given; null: in all
--          value     varchar     as given, "unknown" where it is left blank; null: in all
--          day       date        the day of the row
--          unit      date        first day of the day, week or month that the row stands for
--          amount    decimal(38,4)  as given; in all, where a sum comes only by value: of its first dimension by name
with given as (
    select
        figures.figure,
        figures.dimension,
        case when figures.dimension is not null then coalesce(figures.value, 'unknown') end as value,
        figures.day,
        cast(figures.amount as decimal(38, 4)) as amount,
    from figures
    inner join figure_rules on figure_rules.figure = figures.figure
    where figures.day < $data_until::date and (figures.dimension is not null or figures.value is null)
),
only_by_value as (
    select
        given.figure,
        min(given.dimension) as dimension,
    from given
    inner join figure_rules on figure_rules.figure = given.figure and figure_rules.combine = 'sum'
    group by given.figure
    having count(*) = count(given.dimension)
),
series as (
    select figure, dimension, value, day, amount
    from given
    union all
    select
        given.figure,
        cast(null as varchar) as dimension,
        cast(null as varchar) as value,
        given.day,
        sum(given.amount) as amount,
    from given
    inner join only_by_value
        on only_by_value.figure = given.figure and only_by_value.dimension = given.dimension
    group by given.figure, given.day
)
select
    series.figure,
    series.dimension,
    series.value,
    series.day,
    calendar.period as unit,
    series.amount,
from series
inner join figure_rules on figure_rules.figure = series.figure
inner join calendar on calendar.day = series.day and calendar.grain = figure_rules.every
