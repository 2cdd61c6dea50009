"""The process that imports DVC: reads one request, says what happens as JSON lines, ends."""

from __future__ import annotations

from .main import main

__all__ = ["main"]
