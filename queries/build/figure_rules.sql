-- The numbers made elsewhere that are shown as figures, and how their days make a week or month.
--
-- grain    one row per figure: those of product.yml, then others met in the table, but none with the name of ours
-- params   $figures  varchar[]   names in the order of product.yml
--          $figures_combine varchar[]  sum | mean | last, of each
--          $figures_every varchar[]    day | week | month, of each: how often a row of it comes
-- returns  figure    varchar     name
--          position  integer     its place, from 1
--          combine   varchar     sum | mean | last; sum where product.yml does not say
--          every     varchar     day | week | month; day where product.yml does not say
with places as (
    select unnest(range(1, len($figures::varchar[]) + 1)) as place
),
declared as (
    select
        ($figures::varchar[])[place] as figure,
        ($figures_combine::varchar[])[place] as combine,
        ($figures_every::varchar[])[place] as every,
        place,
    from places
),
met as (
    select distinct figure
    from figures
    where figure not in (select metric from metrics)
)
select
    coalesce(declared.figure, met.figure) as figure,
    cast(row_number() over (order by declared.place nulls last, met.figure) as integer) as position,
    coalesce(declared.combine, 'sum') as combine,
    coalesce(declared.every, 'day') as every,
from declared
full join met on met.figure = declared.figure
order by position
