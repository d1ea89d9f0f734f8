"""The replication protocol as far as a listener needs it: framing without input or output.

https://valkey.io/topics/replication-protocol: after `PSYNC ? -1` the server answers
`+FULLRESYNC id offset`, then sends its data as one RDB payload, framed by length or by a random
end mark, then every write as a command. Offsets count the bytes of that command stream.
"""

from __future__ import annotations

from typing import Final

from seawall.errors import RefusedError

MARK_BYTES: Final = 40
LINE_LIMIT: Final = 4096
NAME_LIMIT: Final = 64


class FullSync:
    """Splits what a server sends after `PSYNC ? -1` into its parts, as the bytes come.

    Attributes:
        replication_id: Of the stream, once the answer is read.
        offset: Of the payload: the stream's first byte has the next one.
        is_complete: True once the payload has ended: all later bytes are the stream.
    """

    def __init__(self) -> None:
        self.replication_id = ""
        self.offset = -1
        self.is_complete = False
        self._line = b""
        self._left = -1
        self._mark = b""
        self._tail = b""

    def feed(self, data: bytes) -> tuple[bytes, bytes]:
        """Take the next bytes; (payload, stream) among them. The stream is a suffix of `data`.

        Raises:
            RefusedError: SW-REDIS-004 when the server refuses, or speaks another protocol.
        """
        if self.is_complete:
            return b"", data
        data = self._read_lines(data)
        if self._mark:
            return self._split_at_mark(data)
        if self._left < 0:
            return b"", b""
        payload = data[: self._left]
        self._left -= len(payload)
        self.is_complete = self._left == 0
        return payload, data[len(payload) :]

    def _read_lines(self, data: bytes) -> bytes:
        """Consume the answer's line and the payload's header; what follows them."""
        while data and not self._mark and self._left < 0:
            line, newline, data = data.partition(b"\n")
            self._line += line
            if len(self._line) > LINE_LIMIT:
                raise _refused("its answer is no line of the replication protocol")
            if newline:
                # A lone newline only keeps the connection alive while the server prepares.
                self._read_line(self._line.strip())
                self._line = b""
        return data

    def _read_line(self, line: bytes) -> None:
        words = line.split()
        if not words:
            return
        if self.offset < 0:
            if words[0] != b"+FULLRESYNC" or len(words) != 3:  # noqa: PLR2004 - id and offset
                raise _refused(line.decode(errors="replace").lstrip("-"))
            self.replication_id = words[1].decode()
            self.offset = int(words[2])
        elif line.startswith(b"$EOF:") and len(line) == len(b"$EOF:") + MARK_BYTES:
            self._mark = line[len(b"$EOF:") :]
        elif line.startswith(b"$") and line[1:].isdigit():
            self._left = int(line[1:])
        else:
            raise _refused(line.decode(errors="replace").lstrip("-"))

    def _split_at_mark(self, data: bytes) -> tuple[bytes, bytes]:
        held = self._tail + data
        found = held.find(self._mark)
        if found < 0:
            keep = max(0, len(held) - (MARK_BYTES - 1))
            self._tail = held[keep:]
            return held[:keep], b""
        self.is_complete = True
        self._tail = b""
        return held[:found], held[found + MARK_BYTES :]


class CommandScanner:
    """Follows a stream of commands without keeping it: is it whole to the last byte?

    Attributes:
        fault: What is wrong with the stream; empty while nothing is.
    """

    def __init__(self) -> None:
        self.fault = ""
        self._rest = b""
        self._started = 0
        self._words_left = 0
        self._is_name = False
        self._skip = 0
        self._consumed = 0
        self._in_transaction = False

    @property
    def commands(self) -> int:
        """Whole commands so far."""
        return self._started - (1 if self._words_left or self._skip else 0)

    def describe_end(self) -> str:
        """What is wrong with ending here; empty when a command has ended, and no MULTI is open."""
        if self.fault:
            return self.fault
        if self._words_left or self._skip or self._rest:
            return f"ends inside a command after {self.commands} whole ones"
        if self._in_transaction:
            return f"ends inside a transaction after {self.commands} commands"
        return ""

    def feed(self, data: bytes) -> None:
        """Take the next bytes."""
        jump = min(self._skip, len(data))
        self._skip -= jump
        self._consumed += jump
        if self._skip:
            return
        data = data[jump:]
        buffer = self._rest + data
        position = 0
        while position < len(buffer) and not self.fault:
            after = self._take_word(buffer, position)
            if after == position:
                break
            position = after
        self._skip = max(0, position - len(buffer))
        self._consumed += min(position, len(buffer))
        self._rest = buffer[position:]

    def _take_word(self, buffer: bytes, position: int) -> int:
        """Read a command's header or one word; where the next begins, perhaps past the end.

        Returns `position` itself when more bytes are needed to go on.
        """
        end = buffer.find(b"\r\n", position, position + NAME_LIMIT)
        number = buffer[position + 1 : end]
        if end < 0 and len(buffer) - position < NAME_LIMIT:
            return position
        kind = b"$" if self._words_left else b"*"
        if end < 0 or buffer[position : position + 1] != kind or not number.isdigit():
            return self._complain(position)
        if not self._words_left:
            self._words_left = int(number)
            self._is_name = True
            self._started += 1
            return end + 2 if self._words_left else self._complain(position)
        first = end + 2
        after = first + int(number) + 2
        if self._is_name:
            if after > len(buffer) and int(number) < NAME_LIMIT:
                return position
            self._note_name(buffer[first : after - 2])
        if after <= len(buffer) and buffer[after - 2 : after] != b"\r\n":
            return self._complain(position)
        self._is_name = False
        self._words_left -= 1
        return after

    def _note_name(self, name: bytes) -> None:
        if name.upper() == b"MULTI":
            self._in_transaction = True
        elif name.upper() in {b"EXEC", b"DISCARD"}:
            self._in_transaction = False

    def _complain(self, position: int) -> int:
        self.fault = f"holds no command at byte {self._consumed + position}"
        return position


def encode_command(*words: bytes | str) -> bytes:
    """One command as the protocol writes it."""
    encoded = [word.encode() if isinstance(word, str) else word for word in words]
    parts = [b"*%d\r\n" % len(encoded)]
    parts += [b"$%d\r\n%b\r\n" % (len(word), word) for word in encoded]
    return b"".join(parts)


def _refused(reason: str) -> RefusedError:
    return RefusedError(
        "SW-REDIS-004",
        attempted="follow the server's replication stream",
        happened=f"the server answers: {reason[:200]}.",
        hint="A server that is itself a replica must be connected to its own primary.",
    )
