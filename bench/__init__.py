"""Measurements against the engines' own tools: same machine, same run, interleaved, medians."""
