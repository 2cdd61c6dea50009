"""The process that imports DVC: reads one request, says what happens as JSON lines, ends."""
