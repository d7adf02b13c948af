"""Lets ``python -m ibnb`` do what the command ``ibnb`` does."""

from ibnb.cli import app

if __name__ == "__main__":
    app(prog_name="ibnb")
