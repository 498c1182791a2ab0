"""Portals spread over the hour, as a crontab or as systemd's units. Pure text; nothing is installed."""

from __future__ import annotations

import shlex
import zlib
from collections.abc import Iterator, Mapping, Sequence

# Minutes between two looks at a portal; its lists rest for an hour at least, so that most looks cost nothing.
PERIOD = 60
# What a scheduled crawl is told beside its portal.
ARGUMENTS = ("--revisit", "due", "--quiet")
ENVIRONMENT_FILE = "tintinh.env"


class Unquotable(ValueError):
    """A value cannot be written where it is wanted."""


def minute(portal: str) -> int:
    """The minute of a portal, the same on every machine, whatever other portals there are.

    >>> minute("hue"), minute("binhthuan"), minute("hue")
    (54, 30, 54)
    """
    return zlib.crc32(portal.encode()) % PERIOD


def in_order(portals: Sequence[str]) -> list[str]:
    """Portals by their minutes.

    >>> in_order(["hue", "binhthuan"])
    ['binhthuan', 'hue']
    """
    return sorted(portals, key=lambda portal: (minute(portal), portal))


def crontab(portals: Sequence[str], command: Sequence[str], environment: Mapping[str, str]) -> str:
    r"""A user's crontab: a line a portal, each in a minute of its own choice. Raises Unquotable.

    >>> print(crontab(["hue", "binhthuan"], ["/srv/my tin/50%/tintinh"], {"TINTINH_HOME": "/srv/nhà"}), end="")
    # tintinh: a look at each portal an hour; mail only where something failed.
    TINTINH_HOME="/srv/nhà"
    30 * * * * '/srv/my tin/50\%/tintinh' crawl binhthuan --revisit due --quiet
    54 * * * * '/srv/my tin/50\%/tintinh' crawl hue --revisit due --quiet
    """
    lines = ["# tintinh: a look at each portal an hour; mail only where something failed."]
    lines += [f"{name}={_cron_value(name, value)}" for name, value in sorted(environment.items())]
    for portal in in_order(portals):
        call = shlex.join([*command, "crawl", portal, *ARGUMENTS])
        # cron takes % for the end of a line, quoted or not.
        lines.append(f"{minute(portal)} * * * * {_one_line('the command', call)}".replace("%", r"\%"))
    return "\n".join(lines) + "\n"


def _cron_value(name: str, value: str) -> str:
    """A value as cron reads it: between quotes of the kind that it has not, without any escapes.

    >>> _cron_value("A", 'say "so"'), _cron_value("A", "it's 50 %")
    ('\\'say "so"\\'', '"it\\'s 50 %"')
    """
    quote = next((quote for quote in "\"'" if quote not in value), None)
    if quote is None:
        raise Unquotable(f"{name} has both kinds of quotes, which a crontab cannot hold: set it in .env")
    return quote + _one_line(name, value) + quote


def _one_line(name: str, value: str) -> str:
    if set(value) & set("\r\n\0"):
        raise Unquotable(f"{name} has more than one line")
    return value


def units(
    portals: Sequence[str], command: Sequence[str], environment: Mapping[str, str], *, home: str, user: str, folder: str
) -> dict[str, str]:
    """systemd's units by file name: one service for all portals, a timer each, and the environment, which may hold a password.

    `folder` is where they will stand; `user` runs them and owns `home`. Without DATABASE_URL portals share the embedded server, which the first of
    them starts: then it must outlive that one, and its socket must be seen by the others. Raises Unquotable.
    """
    is_embedded = "DATABASE_URL" not in environment
    own = ["KillMode=process", "PrivateTmp=no"] if is_embedded else ["PrivateTmp=yes"]
    service = [
        "[Unit]", "Description=tintinh looks at %i", "Wants=network-online.target", "After=network-online.target", "",
        "[Service]", "Type=oneshot", f"User={user}", f"EnvironmentFile={_unit_value(f'{folder}/{ENVIRONMENT_FILE}')}",
        f"ExecStart={' '.join(map(_unit_word, [*command, 'crawl']))} %i {' '.join(ARGUMENTS)}",
        "SuccessExitStatus=4", "TimeoutStartSec=6h", "TimeoutStopSec=60", *own, *HARDENING,
        f"ReadWritePaths={_unit_word(home, expands=False)}",
    ]  # fmt: skip
    found = {"tintinh@.service": "\n".join(service) + "\n"}
    for portal in in_order(portals):
        timer = [
            "[Unit]", f"Description=tintinh looks at {portal} every hour", "", "[Timer]",
            f"OnCalendar=*-*-* *:{minute(portal):02}:00", "Persistent=true", "", "[Install]", "WantedBy=timers.target",
        ]  # fmt: skip
        found[f"tintinh@{portal}.timer"] = "\n".join(timer) + "\n"
    lines = (f"{name}={_environment_value(name, value)}" for name, value in sorted(environment.items()))
    found[ENVIRONMENT_FILE] = "".join(f"{line}\n" for line in lines)
    return found


# What a crawl needs no right to. Addresses that are not public are denied by the kernel, too; loopback stays for resolver and browser.
HARDENING = (
    "NoNewPrivileges=yes", "ProtectSystem=strict", "ProtectHome=read-only", "PrivateDevices=yes", "ProtectKernelTunables=yes",
    "ProtectKernelModules=yes", "ProtectKernelLogs=yes", "ProtectControlGroups=yes", "ProtectClock=yes", "ProtectHostname=yes",
    "RestrictSUIDSGID=yes", "RestrictRealtime=yes", "LockPersonality=yes", "CapabilityBoundingSet=",
    "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK", "SystemCallArchitectures=native", "UMask=0077",
    "IPAddressAllow=localhost",
    "IPAddressDeny=10.0.0.0/8 100.64.0.0/10 169.254.0.0/16 172.16.0.0/12 192.168.0.0/16 fc00::/7 fe80::/10 multicast",
)  # fmt: skip


def _unit_value(path: str) -> str:
    """A path in a unit: % begins a specifier there.

    >>> _unit_value("/srv/50%")
    '/srv/50%%'
    """
    return _one_line(path, path).replace("%", "%%")


def _unit_word(word: str, *, expands: bool = True) -> str:
    r"""A word of a line that holds several, quoted where it must be; one that `expands` variables, as ExecStart does.

    >>> _unit_word("/srv/tintinh"), _unit_word('my "$50%" one')
    ('/srv/tintinh', '"my \\"$$50%%\\" one"')
    """
    _one_line(word, word)
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    escaped = escaped.replace("$", "$$") if expands else escaped
    return escaped if escaped == word and not set(word) & set(" \t'") else f'"{escaped}"'


def _environment_value(name: str, value: str) -> str:
    r"""A value in an EnvironmentFile, between double quotes.

    >>> print(_environment_value("A", 'it is "50 %" of $x'))
    "it is \"50 %\" of \$x"
    """
    _one_line(name, value)
    return '"' + "".join(f"\\{sign}" if sign in '"\\`$' else sign for sign in value) + '"'


def printed(files: Mapping[str, str]) -> Iterator[str]:
    """Files as one text, each under its name.

    >>> print(*printed({"a.timer": "[Timer]\\n"}), sep="")
    # a.timer
    [Timer]
    <BLANKLINE>
    """
    for name, text in files.items():
        yield f"# {name}\n{text}\n"
