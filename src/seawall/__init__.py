"""Seawall runs the databases behind one application from one file and proves every answer."""

__version__ = "0.1.0"
