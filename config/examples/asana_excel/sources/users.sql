-- One row an account. The file is Latin-1, which names need and nothing read here does.
-- Times are dd-mm-yyyy hh:mm, without seconds: the 22nd of a month is met, a 22nd month is not. The parts are put in
-- order and not parsed, so that a time of another form stays as it is, and the build rejects and shows it.
select
    object_id as user_id,
    regexp_replace(creation_time, '^(\d\d)-(\d\d)-(\d{4}) ', '\3-\2-\1 ') as signed_up_at,
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
from read_csv('users_excel_latin1_variant.csv.gz', header = true, all_varchar = true, encoding = 'latin-1')
