"""Which products and versions the row answers for, and what sets them apart."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

MARIADB: Final = "MariaDB"
MYSQL: Final = "MySQL"
MARIADB_VERSIONS: Final = (10.6, 12)
MYSQL_VERSIONS: Final = (8.0, 9)

# Old clients took "10" for too new, so MariaDB put this before it.
_DISGUISE: Final = "5.5.5-"
_NUMBERS: Final = re.compile(r"(\d+)\.(\d+)(?:\.(\d+))?")


@dataclass(frozen=True)
class Version:
    """What a server says of itself.

    Attributes:
        product: MARIADB or MYSQL.
        text: Such as `10.11.19`.
        major: Such as (10, 11): data folders of equal ones are the same.
    """

    product: str
    text: str
    major: tuple[int, int]

    @classmethod
    def parse(cls, said: str) -> Version:
        """Parse a server's greeting, such as `5.5.5-10.11.19-MariaDB-log`."""
        product = MARIADB if "mariadb" in said.lower() else MYSQL
        numbers = _NUMBERS.search(said.removeprefix(_DISGUISE))
        text = numbers.group(0) if numbers else "0.0"
        return cls(product, text, major_of(text))

    @property
    def is_mariadb(self) -> bool:
        """Whether it is MariaDB."""
        return self.product == MARIADB

    @property
    def shown(self) -> str:
        """Product and version for people."""
        return f"{self.product} {self.text}"


def major_of(text: str) -> tuple[int, int]:
    """The first two numbers of a version: `10.11.19` is of the series (10, 11)."""
    first, second = (*text.split("."), "0")[:2]
    return int(first), int(second)


def is_supported(version: Version) -> bool:
    """Whether the row of the product answers for a version."""
    first, last = MARIADB_VERSIONS if version.is_mariadb else MYSQL_VERSIONS
    lowest = major_of(str(first))
    return lowest <= version.major and version.major[0] <= last
