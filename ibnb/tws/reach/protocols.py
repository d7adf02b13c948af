"""Which program is it? Names the protocol of something that is not a TWS by the first bytes it sends."""

from __future__ import annotations

#: First bytes and the name they stand for; the longest fitting one is taken.
_OPENINGS: tuple[tuple[bytes, str], ...] = (
    (b"HTTP/", "HTTP"),
    (b"<!DOCTYPE", "HTTP"),
    (b"<!doctype", "HTTP"),
    (b"<html", "HTTP"),
    (b"<HTML", "HTTP"),
    (b"\x15\x03", "TLS"),
    (b"\x16\x03", "TLS"),
    (b"SSH-", "SSH"),
    (b"-ERR", "Redis"),
    (b"-DENIED", "Redis"),
    (b"-NOAUTH", "Redis"),
    (b"+OK", "POP3"),
    (b"* OK", "IMAP"),
    (b"RFB ", "VNC"),
    (b"AMQP", "AMQP (RabbitMQ)"),
    (b"ERROR\r\n", "memcached"),
    (b"CLIENT_ERROR", "memcached"),
    (b"\x03\x00\x00", "RDP"),
    (b"\x05", "SOCKS"),
    (b"@RSYNCD:", "rsync"),
    (b"INFO {", "NATS"),
)


def name_protocol(first: bytes) -> str | None:
    """Return the name of the protocol that opens with these bytes, or None.

    Examples
    --------
    >>> name_protocol(b"HTTP/1.1 400 Bad Request")
    'HTTP'
    >>> name_protocol(b"5.7.42-log")
    """
    fitting = [(len(opening), name) for opening, name in _OPENINGS if first.startswith(opening)]
    if fitting:
        return max(fitting)[1]
    if len(first) > 5 and first[3] == 0 and first[4] in (9, 10) and first[5 : first.find(b"\0", 5)].isascii():
        return "MySQL"
    if first[:3] in (b"220", b"554"):
        return "SMTP" if b"SMTP" in first.upper() else "FTP or SMTP"
    return None


def describe_protocol(first: bytes) -> str:
    """Return what answered, in words that complete "it speaks ..."."""
    name = name_protocol(first)
    if name:
        return name
    shown = first[:24]
    return f"an unknown protocol (first bytes {shown!r}{'...' if len(first) > len(shown) else ''})"


def hint_for(protocol: str, port: int) -> str | None:
    """Return what the program most likely is, where port and protocol tell."""
    if port == 5000 and protocol in ("HTTP", "TLS"):
        return (
            "Port 5000 is the Client Portal gateway, another product of Interactive Brokers with an API of "
            "its own: start TWS or IB Gateway and use its socket port."
        )
    if protocol in ("VNC", "RDP"):
        return f"Port {port} shows a screen, perhaps TWS's own; it is not the port of its API."
    if protocol in ("HTTP", "TLS") and port in (8888, 8889):
        return f"Port {port} is usual for Jupyter itself."
    return None
