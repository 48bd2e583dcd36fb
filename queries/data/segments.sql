-- The segments: every combination of dimension values and standing that somebody is in.
--
-- grain    one row per segment
-- returns  segment_id integer    which segment
--          …                     one varchar column per dimension of product.yml, in its order
--          standing  varchar     hollow | new | real
--          users     bigint      people in it
--
-- The columns between are the product's own, so they are not named here.
select segments.*
from segments
order by segment_id
