"""The command line: it only translates between a person or a script and the operations."""
