"""Frozen values that every layer speaks. No input, no output, no clock."""
