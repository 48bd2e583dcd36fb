"""Names, values and paths as SQL text, for what takes no parameters and for SELECTs written into files."""


def identifier(name: str) -> str:
    """A column or table name, quoted."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text constant."""
    return "'" + text.replace("'", "''") + "'"


def file(name: str) -> str:
    """The path of exactly one file: characters that DuckDB takes for a pattern stand for themselves."""
    return literal("".join(f"[{letter}]" if letter in "*?[" else letter for letter in name))
