-- One row a line of an invoice, or of a cancellation: its number begins with C. Those without a customer are rejected.
select
    "CustomerID" as user_id,
    'invoice' as event,
    "InvoiceDate" as occurred_at,
from 'online_retail.parquet'
