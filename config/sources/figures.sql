-- Numbers made elsewhere: one row a day and figure, or a day, figure and value of a dimension.
--
-- active_users is the analytics vendor's own count: bearing the name of one of ours, it is set
-- beside it.
select
    day,
    figure,
    dimension,
    value,
    amount,
from read_csv('figures.csv', all_varchar = true)
