"""The only code that knows DVC.

What stands directly here never imports DVC: it starts ``worker`` as a process of its own, so that
neither the command line nor the server carries DVC's imports, locks and signal handlers.
"""
