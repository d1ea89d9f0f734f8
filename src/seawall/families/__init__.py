"""What several engines share, and nothing that only one of them needs."""
