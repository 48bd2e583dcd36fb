-- One row a line of an invoice; what is sent back is a negative amount. Those without a customer are rejected.
select
    "CustomerID" as user_id,
    "InvoiceDate" as paid_at,
    "Quantity" * "UnitPrice" as amount,
from 'online_retail.parquet'
