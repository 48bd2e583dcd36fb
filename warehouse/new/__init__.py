"""Make a product folder of a team's exports: read, understood, written."""
