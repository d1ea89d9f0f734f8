"""Ports that are chosen: free, and nobody else's while a server is on its way."""

import socket
import subprocess
import sys

from seawall.servers import ports

ASK = "import sys; from seawall.servers import ports; print(ports.reserve(int(sys.argv[1])))"


def test_a_chosen_port_is_given_to_nobody_else() -> None:
    port = ports.choose_port()
    assert not ports.reserve(port)
    other = subprocess.run([sys.executable, "-c", ASK, str(port)], capture_output=True, check=True)
    assert other.stdout.strip() == b"False"


def test_a_server_may_listen_on_a_chosen_port() -> None:
    port = ports.choose_port()
    assert ports.is_free(port)
    with socket.create_server((ports.LOOPBACK, port)):
        assert not ports.is_free(port)
        assert not ports.reserve(port)


def test_the_oldest_goes_when_too_many_are_reserved() -> None:
    first = ports.choose_port()
    for _ in range(ports.MOST_RESERVED):
        ports.choose_port()
    assert ports.reserve(first)
