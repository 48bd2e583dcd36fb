"""Pure functions on tables: numbers in, numbers out; findings, never sentences."""
