"""A process that looks like a TWS to whoever looks at the list of processes, and a settings file as TWS writes it."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager

INI = """[IBGateway]
WriteDebug=false
TrustedIPs=192.168.1.5,10.0.0.7
ApiOnly=true
LocalServerPort=7777
100%=odd

[Logon]
UserNameToDirectory=secretname,abcdef
s3store=true
"""
#: Listens on a port of its own and says a handshake, as a TWS would.
LISTENS = """
import socket, sys
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("127.0.0.1", 0)); s.listen(); print(s.getsockname()[1], flush=True)
while True:
    c, _ = s.accept(); c.recv(64); c.sendall({hello!r}); c.close()
"""
WAITS = "print(0, flush=True); import time; time.sleep(60)"


@contextmanager
def tws_process(code: str = WAITS, name: str = "java", *words: str):
    """Run a process that looks like a TWS: named java, with the class of the Gateway among its arguments."""
    words = words or ("ibgateway.GWClient", "--user=secretname", "--pw=secret")
    with subprocess.Popen(
        [name, "-c", code, *words],
        executable=sys.executable,
        env=os.environ | {"PYTHONHOME": sys.base_prefix},  # under another name it does not find its library
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process, int(process.stdout.readline())
        finally:
            process.kill()
