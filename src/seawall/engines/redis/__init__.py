"""Redis and its variant Valkey."""
