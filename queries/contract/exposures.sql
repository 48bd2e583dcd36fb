-- Who was assigned to a campaign, and to which arm of it: control, or the name of a treatment.
create table exposures (
    campaign_id varchar not null references campaigns (campaign_id),
    user_id varchar not null,
    arm varchar not null,
    exposed_at timestamp not null
);
