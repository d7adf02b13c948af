"""A program that diagnoses in another environment: one JSON object of arguments a line in, one report a line out."""

from __future__ import annotations

import json
import sys

from ibnb.doctor import diagnose
from ibnb.tws.client.backend import load

if __name__ == "__main__":
    print(json.dumps({"backend": load().name}), flush=True)
    for line in sys.stdin:
        print(diagnose(**json.loads(line)).json(indent=None), flush=True)
