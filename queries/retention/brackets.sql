-- How many came back on any day of a span of ages.
--
-- grain    one row per bracket of the definition
-- params   $definition varchar   a retention definition of product.yml; null: the first
--          $from     date        first day of start; null: the first
--          $until    date        end of the days of start, itself not included; null: to data_until
--          $segments integer[]   segments counted; null keeps all
-- returns  bracket   varchar     days since the start, both ends included: 0, 1-7, 28-34
--          entrants  bigint      people who started and whose span is over
--          retained  bigint      those of them who came back on at least one day of it
--          pending   bigint      people who started and whose span is not over yet
-- terms    README, "Words we use": cohort, pending
with chosen as (
    select segment_id
    from segments
    where $segments::integer[] is null or segment_id in (select unnest($segments::integer[]))
),
spans as (
    select definition, position, first_age, last_age
    from bracket_spans
    where definition = coalesce($definition::varchar, (select arg_min(definition, position) from definitions))
),
counted as (
    select
        brackets.position,
        brackets.started_on + brackets.last_age + 1 <= build.data_until as is_closed,
        sum(brackets.entrants) as entrants,
        sum(brackets.retained) as retained,
    from brackets
    inner join chosen on chosen.segment_id = brackets.segment_id
    inner join spans on spans.definition = brackets.definition and spans.position = brackets.position
    cross join build
    where
        ($from::date is null or brackets.started_on >= $from::date)
        and ($until::date is null or brackets.started_on < $until::date)
    group by brackets.position, brackets.started_on + brackets.last_age + 1 <= build.data_until
)
select
    case
        when spans.first_age = spans.last_age then cast(spans.first_age as varchar)
        else concat(spans.first_age, '-', spans.last_age)
    end as bracket,
    cast(coalesce(sum(counted.entrants) filter (where counted.is_closed), 0) as bigint) as entrants,
    cast(coalesce(sum(counted.retained) filter (where counted.is_closed), 0) as bigint) as retained,
    cast(coalesce(sum(counted.entrants) filter (where not counted.is_closed), 0) as bigint) as pending,
from spans
left join counted on counted.position = spans.position
group by spans.position, spans.first_age, spans.last_age
order by spans.position
