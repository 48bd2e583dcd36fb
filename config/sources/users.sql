-- Everyone who signed up: the account service's export, one row a person.
--
-- Everything is read as text, and stays so: the build casts, and a row it cannot read is kept apart
-- with the reason instead of stopping the build. An empty field is a missing value.
select
    uid as user_id,
    -- carries the zone's offset (…+08:00); the build turns it into the product's time
    registered_at as signed_up_at,
    -- the dimensions of product.yml, by its names
    channel,
    os as platform,
    region as country,
    inviter_uid as invited_by,
    -- yes, no, or empty where the task wall's mini-program registered somebody
    case incentive when 'yes' then true when 'no' then false end as incentive,
from read_csv('users.csv', all_varchar = true)
