"""Where a server listens and who logs in: a parsed URL whose password stays hidden."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from seawall.model.secret import Secret


@dataclass(frozen=True)
class Location:
    """One login on one server.

    Attributes:
        scheme: The URL's scheme, as the engine's users write it.
        host: Host name or address; empty when only a socket is given.
        port: TCP port, 0 when the URL leaves it to the engine's default.
        user: Login name, empty when none is given.
        password: Never shown.
        database: Path of the URL without its slash.
        options: The URL's query as ordered pairs.
        others: (host, port) of further members of the same store, where the URL names several.
    """

    scheme: str
    host: str
    port: int
    user: str
    password: Secret
    database: str
    options: tuple[tuple[str, str], ...] = ()
    others: tuple[tuple[str, int], ...] = ()

    @classmethod
    def parse(cls, url: str) -> Location:
        """Parse a URL.

        Raises:
            ValueError: When scheme or port cannot be read; the text holds no part of the URL.
        """
        try:
            parts = urlsplit(url)
            hosts = parts.netloc.rpartition("@")[2]
            (host, port), *others = map(_read_address, hosts.split(","))
        except ValueError:
            msg = "the URL's host or port cannot be read"
            raise ValueError(msg) from None
        if not parts.scheme:
            msg = "the URL has no scheme"
            raise ValueError(msg)
        return cls(
            scheme=parts.scheme,
            host=host,
            port=port,
            user=unquote(parts.username or ""),
            password=Secret(unquote(parts.password or "")),
            database=unquote(parts.path.removeprefix("/")),
            options=tuple(parse_qsl(parts.query, keep_blank_values=True)),
            others=tuple(others),
        )

    @property
    def addresses(self) -> tuple[tuple[str, int], ...]:
        """(host, port) of every member that the URL names, in its order."""
        return ((self.host, self.port), *self.others)

    def url(self) -> str:
        """The URL with its password: for a driver, or for the one verb that prints it."""
        return self._format(quote(self.password.reveal(), safe=""))

    def shown(self) -> str:
        """The URL as it may appear in any output."""
        return self._format("***")

    def with_login(self, user: str, password: Secret) -> Location:
        """The same server under another login."""
        return replace(self, user=user, password=password)

    def for_client(self, schemes: tuple[tuple[str, str], ...]) -> Location:
        """The same login under the scheme that a client takes, by (own, client's) pairs."""
        return replace(self, scheme=dict(schemes).get(self.scheme, self.scheme))

    def _format(self, password: str) -> str:
        login = quote(self.user, safe="")
        if self.password:
            login += f":{password}"
        address = ",".join(_address(host, port) for host, port in self.addresses)
        query = f"?{urlencode(self.options)}" if self.options else ""
        at = f"{login}@" if login else ""
        return f"{self.scheme}://{at}{address}/{quote(self.database, safe='')}{query}"


def _address(host: str, port: int) -> str:
    """One member as a URL writes it."""
    written = f"[{host}]" if ":" in host else quote(host, safe="")
    return f"{written}:{port}" if port else written


def _read_address(text: str) -> tuple[str, int]:
    """One member as a URL has it.

    Raises:
        ValueError: When its port cannot be read.
    """
    parts = urlsplit(f"//{text}")
    return unquote(parts.hostname or ""), parts.port or 0
