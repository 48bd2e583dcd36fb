"""What can go wrong at the warehouse. Every message is a sentence for people, with the remedy.

WarehouseError
├── NoWarehouse       nothing has been built in this folder yet
├── OtherProduct      what is in use in this folder was built for another product
├── BuildRunning      another build is writing to the same folder
├── BuildFailed       a source, a table or the disk stopped the build; the old warehouse stays in use
├── NewFailed         an export cannot be read, or the new product folder not be written
├── Unanswered        a new product needs answers, and nobody is there to give them
├── UnknownQuery      no .sql file has this name
├── WrongParameter    a query has no such parameter, or the value is not one it can take
└── QueryFailed       DuckDB refused a query: most often a warehouse built by another version
"""


class WarehouseError(Exception):
    """Trouble with the warehouse, told in plain words."""


class NoWarehouse(WarehouseError):
    """Nothing has been built in this folder yet."""


class OtherProduct(WarehouseError):
    """The warehouse in use is another product's."""


class BuildRunning(WarehouseError):
    """Another build is writing to the same folder."""


class BuildFailed(WarehouseError):
    """The build stopped; what was published before is still in use."""


class NewFailed(WarehouseError):
    """An export cannot be read, or the new product folder cannot be written."""


class Unanswered(WarehouseError):
    """Questions about a new product, and no terminal to ask them on."""


class UnknownQuery(WarehouseError):
    """No .sql file has this name."""


class WrongParameter(WarehouseError):
    """A query has no such parameter, or cannot take this value."""


class QueryFailed(WarehouseError):
    """DuckDB refused a query."""
