"""The verbs. They speak to capabilities and never learn an engine's name."""
