"""Lets ``python -m ibnb`` do what the command ``ibnb`` does."""

import sys

from ibnb.cli import run

if __name__ == "__main__":
    sys.exit(run())
