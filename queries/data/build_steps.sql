-- How long each step of the build took.
--
-- grain    one row per step, in order
-- returns  position  integer     from 1
--          step      varchar     what was made
--          rows      bigint      rows it has
--          seconds   double      wall time
select position, step, rows, seconds
from build_steps
order by position
