"""Where backups live: an object store, its catalog, and how a piece gets in and out."""
