-- One row a customer. Eight of them have two countries: that of the first invoice counts, since a dimension is what was
-- so at the start (it is that of most of their lines, too). "Unspecified" is unknown.
select
    "CustomerID" as user_id,
    cast(null as timestamp) as signed_up_at,
    nullif(arg_min("Country", ("InvoiceDate", "InvoiceNo")), 'Unspecified') as country,
from 'online_retail.parquet'
where "CustomerID" is not null
group by "CustomerID"
order by "CustomerID"
