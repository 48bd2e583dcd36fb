-- Every campaign: what was planned, who was assigned, and what stands in the way of judging it.
--
-- grain    one row per campaign, the latest first
-- returns  campaign_id varchar   names the campaign
--          name      varchar     as the company calls it
--          kind      varchar     content, community or product
--          starts_on date        first day of it, as given
--          ends_on   date        last day of it, as given
--          ends_before_start boolean  whether the two days were mixed up
--          cost      decimal(18,4)  in the product's currency; null: not known
--          goal      varchar     an event, or payment; null: none was named
--          goal_times bigint     how often anybody ever did it; null: none was named
--          window_days integer   days, that of the exposure included, in which the goal counts
--          is_window_stated boolean  whether the company gave it; else it is 7
--          expected  double      effect hoped for, as a proportion; null: not said
--          control_share double  of those assigned, planned to be held out; null: not said
--          state     varchar     planned; running; open: over, but not every window is; final
--          arms      bigint      arms with anybody
--          has_control boolean   whether one of them is the control
--          assigned  bigint      people exposed to exactly one arm, and not before a known sign-up; so below
--          in_two_arms bigint    people left out, as they were in more than one arm
--          before_joining bigint people left out, as they were exposed before a known sign-up
--          exposed_again bigint  exposures after the first
--          outside_days bigint   people first exposed on a day that is not the campaign's
--          overlapped bigint     people shown another campaign inside this one's window
--          first_exposed_on date day of the first exposure; null: nobody was assigned
--          last_exposed_on date  day of the last person's first exposure
--          closes_on date        every window is over when the data are covered until this day
--          closed    bigint      people whose window is over
--          pending   bigint      people whose window is still open
--          reached_so_far bigint people who reached the goal in the window, open ones too; null: none was named
--          payments_cap decimal(38,4)  amount above which payments count as no more than it; null: nobody is closed
--          min_days_after_joining integer  fewest days between joining and exposure; null: not known of anybody
select
    facts.campaign_id,
    campaigns.name,
    campaigns.kind,
    campaigns.starts_on,
    campaigns.ends_on,
    campaigns.ends_on < campaigns.starts_on as ends_before_start,
    campaigns.cost,
    facts.goal,
    facts.goal_times,
    facts.window_days,
    campaigns.window_days is not null as is_window_stated,
    campaigns.expected,
    campaigns.control_share,
    case
        when facts.starts_on >= build.data_until then 'planned'
        when facts.ends_on >= build.data_until then 'running'
        when facts.closes_on > build.data_until then 'open'
        else 'final'
    end as state,
    facts.arms,
    facts.has_control,
    facts.assigned,
    facts.in_two_arms,
    facts.before_joining,
    facts.exposed_again,
    facts.outside_days,
    facts.overlapped,
    facts.first_exposed_on,
    facts.last_exposed_on,
    facts.closes_on,
    facts.closed,
    facts.assigned - facts.closed as pending,
    facts.reached_so_far,
    facts.payments_cap,
    facts.min_days_after_joining,
from campaign_facts as facts
inner join campaigns on campaigns.campaign_id = facts.campaign_id
cross join build
order by facts.starts_on desc, facts.campaign_id
