-- What is different from the build before, on the days that it covered too.
--
-- grain    one row per change; none in the first build of a product
-- returns  kind      varchar     rows_late | rows_gone | amounts_changed | rows_changed | users_added | users_gone |
--                                users_unlisted | users_changed | figure | setting | figure_sql | folding
--          subject   varchar     rows, amounts: the table; users_changed: acquired_on or a dimension; figure: its id;
--                                setting: its place, as in data/settings; figure_sql: the file; folding: the dimension
--          day       date        figure: the day it is of; rows_changed: the first such day; null for all else
--          changed   bigint      rows or people that differ; amounts_changed, rows_changed: days; null for figure,
--                                setting, figure_sql
--          before    double      rows, users: how many there were on covered days; users_unlisted: of them in the
--                                table users; amounts: their sum; figure: its numerator; folding: people of the value
--                                that was in "other", null: it was kept apart
--          after     double      the same now
--          before_of bigint      figure: its denominator; null: a count, or no figure
--          after_of  bigint      the same now
--          before_text varchar   setting: what it was; null: it was not there
--          after_text varchar    the same now
--          detail    varchar     folding: the value; null for all else
select kind, subject, day, changed, before, after, before_of, after_of, before_text, after_text, detail
from changes
order by position, subject, day, detail
