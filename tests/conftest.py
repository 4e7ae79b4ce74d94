"""What all tests share: signals as in a foreground process, and laws that are looked at the same way twice in CI."""

import os
import signal

from hypothesis import settings

# A shell that starts a job in the background lets it ignore SIGINT, and what tests start would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGTERM, signal.SIG_DFL)

# No test is about time. CI tries the same examples each time; new ones are found where somebody can look at them.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")
