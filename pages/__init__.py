"""One file a page, read from top to bottom as the page is."""
