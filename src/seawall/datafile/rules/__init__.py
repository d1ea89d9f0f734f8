"""What the schema cannot say: one rule a file, each named for what it forbids."""
