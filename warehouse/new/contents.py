"""What only all rows of an export can tell: asked of DuckDB, one small figure at a time."""

from collections.abc import Sequence

import duckdb

from warehouse.new import files
from warehouse.new.export import Column, Export
from warehouse.quoting import identifier


class Contents:
    """The rows of the exports; the working folder must be the one they are read from."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def shared(self, left: Export, left_column: Column, right: Export, right_column: Column) -> float:
        """The share, 0 to 1, of the different values of the left column that are in the right one too."""
        return files.shared(self._connection, left, left_column.name, right, right_column.name)

    def repeats(self, export: Export, columns: Sequence[Column]) -> int:
        """How many combinations of these columns' values stand in more than one row; rows alike in all are one."""
        listed = ", ".join(identifier(column.name) for column in columns)
        return self._value(
            f"select count(*) from (select {listed} from (select distinct * from {export.relation})"
            f" group by {listed} having count(*) > 1)"
        )

    def copies(self, export: Export) -> int:
        """How many rows agree with an earlier one in every column."""
        return export.rows - self._value(f"select count(*) from (select distinct * from {export.relation})")

    def people_of_several(self, export: Export, who: Column, column: Column) -> int:
        """How many people have more than one value of a column."""
        person, value = identifier(who.name), identifier(column.name)
        return self._value(
            f"select count(*) from (select {person} from {export.relation} where {person} is not null"
            f" group by {person} having count(distinct {value}) > 1)"
        )

    def _value(self, sql: str) -> int:
        ((value,),) = self._connection.execute(sql).fetchall()
        return int(value)
