"""The process that serves the sandbox: prints its address, then answers each line of input with its CPU seconds."""

import sys
import time

from pipesync.sandbox import create_app, serve

if __name__ == "__main__":
    with serve(create_app(), 0) as server:
        print(server.url, flush=True)
        for _ in sys.stdin:
            print(time.process_time(), flush=True)
