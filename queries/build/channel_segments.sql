-- Which segments hold the people of each channel: costs can be told of a filter that keeps all of them.
--
-- grain    one row per channel and segment with anybody who joined on a day that is covered
-- returns  channel   varchar     as channel_newcomers has it
--          segment_id integer    which segment
select distinct
    channel,
    segment_id,
from channel_newcomers
order by channel, segment_id
