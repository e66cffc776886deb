"""`python -m quotelens`: the command line."""

import sys

from quotelens.cli import main

if __name__ == "__main__":
    sys.exit(main())
