-- The value that each segment has in each dimension, so that any breakdown is one join.
--
-- grain    one row per segment and dimension, standing among them
-- params   $dimensions varchar[] in the order of product.yml, groups after them
-- returns  segment_id integer    which segment
--          dimension varchar     a dimension of product.yml, or standing
--          value     varchar     its value there
with places as (
    select unnest(range(1, len($dimensions::varchar[]) + 1)) as place
)
select
    segments.segment_id,
    ($dimensions::varchar[])[places.place] as dimension,
    segments.dimension_values[places.place] as value,
from staging.numbered_segments as segments
cross join places
union all
select
    segment_id,
    'standing' as dimension,
    standing as value,
from staging.numbered_segments
order by dimension, segment_id
