-- Whom each channel brought, what became of them, and what it cost.
--
-- grain    one row per channel with new users or costs; none where the product has no channel
-- params   $from     date        first day of joining, and of costs; null: the first
--          $until    date        … and before this; null: to data_until
--          $segments integer[]   segments counted; null keeps all
-- returns  value     varchar     the channel as the source writes it, never folded; unknown where it does not say
--          new_users bigint      people who joined
--          activation_entrants bigint  those whose days for activation are over; null: it cannot be counted
--          activated bigint      those of them activated in time
--          entrants_7 bigint     those whose day 7 is over; null: nobody was ever active
--          returned_7 bigint     those of them active on it
--          entrants_30 bigint    those whose day 30 is over; null likewise
--          returned_30 bigint    those of them active on it
--          paid_entrants bigint  those whose days for paying (aarrr.paid) are over; null: nobody ever paid
--          paid      bigint      those of them who paid in time
--          standing_entrants bigint  those whose first days are over; null: neither rewards nor incentives are known
--          hollow    bigint      those of them who only came for a reward
--          real      bigint      those of them who are real users
--          is_paid   boolean     whether the channel cost anything in these days; null: no costs are known of them
--          is_whole  boolean     whether the segments have all people that the channel ever brought; where they have
--                                some, its costs, reach and visits are null: they cannot be split between people
--          cost      double      what it cost, 0 where nothing is written; null: not whole, or no costs are known
--          cost_standing double  the same of the days whose people are all settled as hollow or real
--          cost_7    double      the same of the days whose people's day 7 is over
--          cost_30   double      the same of the days whose people's day 30 is over
--          costed_new bigint     new users of the days whose costs are known: cost is to be divided by these
--          costed_real bigint    real users of them, for cost_standing
--          costed_7  bigint      those of them active on day 7, for cost_7
--          costed_30 bigint      those of them active on day 30, for cost_30
--          reach     bigint      people reached; null: not written
--          visits    bigint      visits brought; null: not written
-- terms    README, "Words we use": new user, activation, day-k retention, standing
with chosen as (
    select segment_id, standing
    from segments
    where $segments::integer[] is null or segment_id in (select unnest($segments::integer[]))
),
wholes as (
    select
        channel_segments.channel,
        count(*) = count(chosen.segment_id) as is_whole,
    from channel_segments
    left join chosen on chosen.segment_id = channel_segments.segment_id
    group by channel_segments.channel
),
spanned as (
    select
        costs_from is not null
        and ($from::date is null or $from::date < costs_until)
        and ($until::date is null or $until::date > costs_from) as has_costs,
    from channel_closing
),
-- What stands for nobody and nothing: 0 of what can be counted, null of what cannot.
closing as (
    select
        channel_closing.activated_before,
        channel_closing.returned_7_before,
        channel_closing.returned_30_before,
        channel_closing.paid_before,
        channel_closing.standing_before,
        channel_closing.costs_from,
        channel_closing.costs_until,
        spanned.has_costs,
        case when channel_closing.activated_before is not null then 0 end as no_activation,
        case when channel_closing.returned_7_before is not null then 0 end as no_return,
        case when channel_closing.paid_before is not null then 0 end as no_payment,
        case when channel_closing.standing_before is not null then 0 end as no_standing,
        case when spanned.has_costs then 0 end as no_cost,
    from channel_closing
    cross join spanned
),
people as (
    select
        newcomers.channel,
        newcomers.users,
        newcomers.activated,
        newcomers.returned_7,
        newcomers.returned_30,
        newcomers.paid,
        chosen.standing,
        newcomers.acquired_on < closing.activated_before as is_activation_closed,
        newcomers.acquired_on < closing.returned_7_before as is_7_closed,
        newcomers.acquired_on < closing.returned_30_before as is_30_closed,
        newcomers.acquired_on < closing.paid_before as is_paid_closed,
        newcomers.acquired_on < closing.standing_before as is_standing_closed,
        newcomers.acquired_on >= closing.costs_from and newcomers.acquired_on < closing.costs_until as is_costed,
    from channel_newcomers as newcomers
    inner join chosen on chosen.segment_id = newcomers.segment_id
    cross join closing
    where
        ($from::date is null or newcomers.acquired_on >= $from::date)
        and ($until::date is null or newcomers.acquired_on < $until::date)
),
brought as (
    select
        channel,
        sum(users) as new_users,
        sum(users) filter (where is_activation_closed) as activation_entrants,
        sum(activated) filter (where is_activation_closed) as activated,
        sum(users) filter (where is_7_closed) as entrants_7,
        sum(returned_7) filter (where is_7_closed) as returned_7,
        sum(users) filter (where is_30_closed) as entrants_30,
        sum(returned_30) filter (where is_30_closed) as returned_30,
        sum(users) filter (where is_paid_closed) as paid_entrants,
        sum(paid) filter (where is_paid_closed) as paid,
        sum(users) filter (where is_standing_closed) as standing_entrants,
        sum(users) filter (where is_standing_closed and standing = 'hollow') as hollow,
        sum(users) filter (where is_standing_closed and standing = 'real') as real,
        sum(users) filter (where is_costed) as costed_new,
        sum(users) filter (where is_costed and is_standing_closed and standing = 'real') as costed_real,
        sum(returned_7) filter (where is_costed and is_7_closed) as costed_7,
        sum(returned_30) filter (where is_costed and is_30_closed) as costed_30,
    from people
    group by channel
),
spent as (
    select
        costs.channel,
        sum(costs.amount) as cost,
        sum(costs.amount) filter (where costs.day < closing.standing_before) as cost_standing,
        sum(costs.amount) filter (where costs.day < closing.returned_7_before) as cost_7,
        sum(costs.amount) filter (where costs.day < closing.returned_30_before) as cost_30,
        sum(costs.reach) as reach,
        sum(costs.visits) as visits,
    from costs
    cross join closing
    where
        costs.day < closing.costs_until
        and ($from::date is null or costs.day >= $from::date)
        and ($until::date is null or costs.day < $until::date)
    group by costs.channel
),
channels as (
    select
        coalesce(brought.channel, spent.channel) as channel,
        brought.channel is not null as has_people,
        coalesce(spent.cost, 0) > 0 as is_paid,
        -- Of a channel that never brought anybody, no filter on people can say that it is meant.
        coalesce(wholes.is_whole, $segments::integer[] is null) as is_whole,
    from brought
    full join spent on spent.channel = brought.channel
    left join wholes on wholes.channel = coalesce(brought.channel, spent.channel)
)
select
    channels.channel as value,
    cast(coalesce(brought.new_users, 0) as bigint) as new_users,
    cast(coalesce(brought.activation_entrants, closing.no_activation) as bigint) as activation_entrants,
    cast(coalesce(brought.activated, closing.no_activation) as bigint) as activated,
    cast(coalesce(brought.entrants_7, closing.no_return) as bigint) as entrants_7,
    cast(coalesce(brought.returned_7, closing.no_return) as bigint) as returned_7,
    cast(coalesce(brought.entrants_30, closing.no_return) as bigint) as entrants_30,
    cast(coalesce(brought.returned_30, closing.no_return) as bigint) as returned_30,
    cast(coalesce(brought.paid_entrants, closing.no_payment) as bigint) as paid_entrants,
    cast(coalesce(brought.paid, closing.no_payment) as bigint) as paid,
    cast(coalesce(brought.standing_entrants, closing.no_standing) as bigint) as standing_entrants,
    cast(coalesce(brought.hollow, closing.no_standing) as bigint) as hollow,
    cast(coalesce(brought.real, closing.no_standing) as bigint) as real,
    case when closing.has_costs then channels.is_paid end as is_paid,
    channels.is_whole,
    cast(case when channels.is_whole then coalesce(spent.cost, closing.no_cost) end as double) as cost,
    cast(case
        when channels.is_whole then coalesce(spent.cost_standing, closing.no_cost + closing.no_standing)
    end as double) as cost_standing,
    cast(
        case when channels.is_whole then coalesce(spent.cost_7, closing.no_cost + closing.no_return) end as double
    ) as cost_7,
    cast(
        case when channels.is_whole then coalesce(spent.cost_30, closing.no_cost + closing.no_return) end as double
    ) as cost_30,
    cast(coalesce(brought.costed_new, closing.no_cost) as bigint) as costed_new,
    cast(coalesce(brought.costed_real, closing.no_cost + closing.no_standing) as bigint) as costed_real,
    cast(coalesce(brought.costed_7, closing.no_cost + closing.no_return) as bigint) as costed_7,
    cast(coalesce(brought.costed_30, closing.no_cost + closing.no_return) as bigint) as costed_30,
    cast(case when channels.is_whole then spent.reach end as bigint) as reach,
    cast(case when channels.is_whole then spent.visits end as bigint) as visits,
from channels
cross join closing
left join brought on brought.channel = channels.channel
left join spent on spent.channel = channels.channel
where channels.has_people or channels.is_whole
order by new_users desc, value
