"""The only door to DuckDB: build, check, publish and read the warehouse, and make the demo product."""
