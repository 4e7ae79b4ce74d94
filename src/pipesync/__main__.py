"""`python -m pipesync` is `pipesync`."""

from pipesync.cli.entry import main

main()
