-- What was published: the editors' list, one row a piece.
select
    item as content_id,
    published_at,
    producer,
    section,
    audit,
    case recommended when 'yes' then true when 'no' then false end as recommended,
    views,
    interactions,
from read_csv('content.csv', all_varchar = true)
