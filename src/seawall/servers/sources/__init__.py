"""Where programs come from: one module per kind of source, each able to find and to fetch."""
