"""argv ⇄ the use cases of ``project.py``: a command parses, calls once, says what happened."""
