"""Processes on this machine: where programs come from, ports, data folders, start, stop, reap."""
