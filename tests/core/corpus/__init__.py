"""Notebooks that a converter could get wrong, and both ways to run them."""
