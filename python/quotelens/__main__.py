"""`python -m quotelens`: the command line."""

import sys

from quotelens.command.cli import main

if __name__ == "__main__":
    sys.exit(main())
