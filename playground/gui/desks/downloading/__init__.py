"""Fetching published data."""
