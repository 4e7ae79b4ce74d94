"""What all tests share: signals as in a foreground process.

A shell that starts a job in the background lets it ignore SIGINT, and what tests start would inherit that.
"""

import signal

signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGTERM, signal.SIG_DFL)
