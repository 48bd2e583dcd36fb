-- Numbers made elsewhere, one row a day and figure, or a day, figure and value of a dimension.
create table figures (
    day date not null,
    figure varchar not null,
    amount decimal(18, 4) not null,
    dimension varchar default null,
    value varchar default null,
    unique (day, figure, dimension, value)
);
