"""Reports: what the pages say, as files and messages."""
