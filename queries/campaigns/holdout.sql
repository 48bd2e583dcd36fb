-- Who is to be held out of the next campaign: drawn by chance, and the same people whenever it is drawn again.
--
-- grain    one row per person drawn; a list, read from all people
-- params   $salt     varchar     a name for the draw: another salt draws other people; null: none
--          $share    double      of everybody in the segments, how many are to be held out; null: 0.1
--          $segments integer[]   segments drawn from; null keeps all
-- returns  user_id   varchar     as the company writes it
-- terms    drawn: the first 13 hexadecimal digits of md5(salt, then user_id), as a share of 16^13, lie below $share
select user_id
from user_segment
where
    cast('0x' || substr(md5(coalesce($salt::varchar, '') || user_id), 1, 13) as bigint)
    < coalesce($share::double, 0.1) * 4503599627370496
    and ($segments::integer[] is null or segment_id in (select unnest($segments::integer[])))
order by user_id
