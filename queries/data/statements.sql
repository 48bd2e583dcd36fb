-- The SQL that decides figures, ours and the product's sources, each as a digest.
--
-- grain    one row per file
-- returns  name      varchar     build/… of ours, or sources/… of the product
--          digest    varchar     of its text without comments and blank lines
select name, digest
from statements
order by name
