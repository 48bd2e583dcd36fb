"""What can go wrong at the warehouse. Every message is a sentence for people, with the remedy.

WarehouseError
├── NoWarehouse       nothing has been built in this folder yet
├── BuildRunning      another build is writing to the same folder
├── BuildFailed       a source, a table or the disk stopped the build; the old warehouse stays in use
├── UnknownQuery      no .sql file has this name
├── WrongParameter    a query has no such parameter, or the value is not one it can take
└── QueryFailed       DuckDB refused a query: most often a warehouse built by another version
"""


class WarehouseError(Exception):
    """Trouble with the warehouse, told in plain words."""


class NoWarehouse(WarehouseError):
    """Nothing has been built in this folder yet."""


class BuildRunning(WarehouseError):
    """Another build is writing to the same folder."""


class BuildFailed(WarehouseError):
    """The build stopped; what was published before is still in use."""


class UnknownQuery(WarehouseError):
    """No .sql file has this name."""


class WrongParameter(WarehouseError):
    """A query has no such parameter, or cannot take this value."""


class QueryFailed(WarehouseError):
    """DuckDB refused a query."""
