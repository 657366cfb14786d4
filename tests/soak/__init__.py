"""Servers under load for a while, with every decision checked: `make soak`."""
