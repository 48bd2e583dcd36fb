-- Named lists of people: one row a person on a list.
select
    uid as user_id,
    "group" as group_name,
from read_csv('groups.csv', all_varchar = true)
