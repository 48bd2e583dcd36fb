-- What people paid, one row a payment; a refund is a negative amount. Identical rows all count.
create table payments (
    user_id varchar not null,
    paid_at timestamp not null,
    amount decimal(18, 4) not null
);
