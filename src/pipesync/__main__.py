"""`python -m pipesync` is `pipesync`."""

from pipesync.cli.main import main

main()
