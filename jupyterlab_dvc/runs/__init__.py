"""Runs that outlive the page and the server that started them.

Each has a supervisor, a process in a session of its own, and a folder on disk with its record, its
events and its log. Whoever wants to know how a run is doing reads those; nobody has to be asked.
"""
