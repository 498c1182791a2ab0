"""Which IP addresses are on the public net, however they are spelt. Pure; the same under every version of Python."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from urllib.parse import unquote

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# IANA's special-purpose registry and what is no unicast: no portal has an address in these.
SPECIAL = tuple(map(ipaddress.ip_network, (
    "0.0.0.0/8",  # this network
    "10.0.0.0/8",  # private
    "100.64.0.0/10",  # shared by customers of a provider
    "127.0.0.0/8",  # loopback
    "169.254.0.0/16",  # link-local; 169.254.169.254 tells machines of a cloud their keys
    "172.16.0.0/12",  # private
    "192.0.0.0/24",  # protocols: DS-Lite, NAT64 discovery, the oracle's port control
    "192.0.2.0/24",  # documentation
    "192.31.196.0/24",  # AS112
    "192.52.193.0/24",  # multicast tunnels (AMT)
    "192.88.99.0/24",  # 6to4 relays
    "192.168.0.0/16",  # private
    "192.175.48.0/24",  # AS112
    "198.18.0.0/15",  # benchmarks
    "198.51.100.0/24",  # documentation
    "203.0.113.0/24",  # documentation
    "224.0.0.0/4",  # multicast
    "240.0.0.0/4",  # reserved, broadcast
    "2001::/23",  # protocols: Teredo, benchmarks, ORCHID
    "2001:db8::/32",  # documentation
    "2002::/16",  # 6to4: an IPv4 address inside
    "2620:4f:8000::/48",  # AS112
    "3fff::/20",  # documentation
)))  # fmt: skip
# Everything else of IPv6 is no global unicast: loopback, `::a.b.c.d`, 64:ff9b:1::/48, unique local, link- and site-local, multicast.
UNICAST = ipaddress.IPv6Network("2000::/3")
# NAT64: the last 32 bits are the IPv4 address that is reached.
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# The middle of an interface's number under ISATAP: the last 32 bits are an IPv4 address of the local net.
ISATAP = 0x5EFE
# Names that no public name server answers for.
LOCAL = ("localhost", "localdomain", "local", "internal", "intranet", "lan", "home", "corp", "home.arpa")

_DOTS = re.compile("[。．｡]")
_NUMBER = re.compile(r"0x[0-9a-f]*|[0-9]+")


def is_public(host: str) -> bool:
    """Whether an IP address is on the public net; a name counts as public until it is resolved.

    >>> is_public("8.8.8.8"), is_public("127.0.0.1"), is_public("10.0.0.1"), is_public("congan.example.vn")
    (True, False, False, True)
    >>> is_public("localhost."), is_public("127.0.0.1."), is_public("0x7f.1"), is_public("[::ffff:8.8.8.8]")
    (False, False, False, True)
    """
    found = literal(host)
    if found is None:
        name = _plain(host)
        return bool(name) and not any(name == local or name.endswith(f".{local}") for local in LOCAL)
    return _is_public(found)


def literal(host: str) -> Address | None:
    """The IP address that a host is spelt as, the way browsers and C libraries read it; None for a name.

    >>> str(literal("2130706433")), str(literal("0177.1")), str(literal("１２７。0.0.1")), str(literal("%31%32%37.1"))
    ('127.0.0.1', '127.0.0.1', '127.0.0.1', '127.0.0.1')
    >>> str(literal("[fe80::1%25eth0]")), literal("127.vn"), literal("1.2.3.4.5"), literal("256.0.0.1")
    ('fe80::1', None, None, None)
    """
    plain = _plain(host)
    if ":" in plain:
        try:
            return ipaddress.IPv6Address(plain.partition("%")[0])
        except ValueError:
            return None
    parts = plain.split(".")
    if len(parts) > 4 or not all(map(_NUMBER.fullmatch, parts)):
        return None
    try:
        *first, last = [_number(part) for part in parts]
    except ValueError:
        return None
    if any(part > 255 for part in first) or last >= 256 ** (4 - len(first)):
        return None
    return ipaddress.IPv4Address(sum(part << (24 - 8 * place) for place, part in enumerate(first)) + last)


def _plain(host: str) -> str:
    host = unicodedata.normalize("NFKC", _DOTS.sub(".", unquote(host)))
    seen = (
        sign for sign in host if not sign.isspace() and unicodedata.category(sign) != "Cf"
    )  # soft hyphens and the like
    return "".join(seen).strip("[]").rstrip(".").lower()


def _number(digits: str) -> int:
    if digits.startswith("0x"):
        return int(digits[2:] or "0", 16)
    return int(digits, 8 if digits.startswith("0") else 10)


def _is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        hidden = address.ipv4_mapped
        if address in NAT64:
            hidden = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if hidden is not None:
            return _is_public(hidden)
        if address not in UNICAST or (int(address) >> 32) & 0xFFFF == ISATAP:
            return False
    return not any(address in network for network in SPECIAL)
