-- One row an account. The inviter is the account whose invitation was taken.
select
    object_id as user_id,
    creation_time as signed_up_at,
    creation_source,
    case opted_in_to_mailing_list
        when '1' then 'yes'
        when '0' then 'no'
    end as opted_in_to_mailing_list,
    case enabled_for_marketing_drip
        when '1' then 'yes'
        when '0' then 'no'
    end as enabled_for_marketing_drip,
    invited_by_user_id as invited_by,
from read_csv('users.csv.gz', header = true, all_varchar = true)
