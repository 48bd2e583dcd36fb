-- At which ages people came back, as a retention definition means it.
--
-- grain    one row per person, grain and day on which they came back
-- returns  user_key  integer     who
--          segment_id integer    the segment the person is in
--          grain     varchar     day | week | month
--          cohort    date        first day of the period they started in
--          age       integer     periods from there to that day's
--          last_age  integer     the last age kept apart: 90 days, 52 weeks, 24 months
with kept_ages (grain, last_age) as (
    values ('day', 90), ('week', 52), ('month', 24)
)
select
    returns.user_key,
    returns.segment_id,
    started.grain,
    started.period as cohort,
    returned.position - started.position as age,
    kept_ages.last_age,
from staging.returns as returns
inner join calendar as started on started.day = returns.started_on
inner join calendar as returned on returned.day = returns.day and returned.grain = started.grain
inner join kept_ages on kept_ages.grain = started.grain
