-- People who signed up, one row a person. Every dimension of product.yml is one more varchar column.
--
-- How a contract reads: "not null" is needed in every row; a column with a default may be left out of the
-- source; of rows that repeat the key the first is kept.
create table users (
    user_id varchar not null primary key,
    signed_up_at timestamp,
    invited_by varchar default null,
    incentive boolean default null
);
