"""Writers of every type of value: run as a program that ends with its standard input."""

from __future__ import annotations

import sys
import threading
import time
from typing import Any

import redis

SCRIPT = "redis.call('SET', KEYS[1], ARGV[1]); redis.call('PEXPIRE', KEYS[1], ARGV[2])"


def write(server: Any, number: int, turn: int, *, has_field_times: bool) -> None:
    """One writer's turn: a dozen commands, some of them one transaction."""
    now = int(time.time() * 1000)
    slot = turn % 300
    some = (turn * 7 + number) % 300
    plain = server.pipeline(transaction=False)
    plain.set(f"session:{number}-{slot}", f"{turn}", px=20 + turn % 880)
    plain.set(f"session:{number}-lasting-{slot}", f"{turn}")
    plain.hset(f"order:{number}:{slot}", mapping={"turn": turn, f"field{turn % 5}": "x" * slot})
    plain.expire(f"order:{number}:{some}", 1 + turn % 3)
    plain.delete(f"order:{number}:{(some * 3) % 300}")
    plain.zincrby(f"board:{number}", 0.1, f"member{some}")
    plain.sadd(f"set:{number}", some, f"text{slot}")
    plain.spop(f"set:{number}")
    plain.xadd(f"stream:{number}", {"turn": turn}, maxlen=700, approximate=False)
    plain.eval(SCRIPT, 1, f"scripted:{slot}", turn, 500 + turn)
    plain.append(f"text:{number}:{slot % 10}", "+")
    plain.setbit(f"bits:{number}", some, turn % 2)
    plain.persist(f"order:{number}:{(some * 5) % 300}")
    if has_field_times:
        key = f"order:{number}:{slot}"
        plain.execute_command("HPEXPIREAT", key, now + 30 + turn % 2000, "FIELDS", 1, "field1")
    plain.execute()
    both = server.pipeline(transaction=True)
    both.incr(f"count:{number}")
    both.rpush(f"queue:{number}", turn)
    both.ltrim(f"queue:{number}", -900, -1)
    both.execute()
    read = server.xreadgroup("readers", f"reader{turn % 3}", {f"stream:{number}": ">"}, count=2)
    for _, entries in read or ():
        server.xack(f"stream:{number}", "readers", entries[0][0])


def knows_field_times(server: Any) -> bool:
    info = server.info("server")
    version = info.get("valkey_version") or info["redis_version"]
    release = tuple(map(int, version.split(".")[:2]))
    return release >= ((9, 0) if "valkey_version" in info else (7, 4))


def main() -> None:
    port, password, count = sys.stdin.readline().split()
    stop = threading.Event()
    wrote = threading.Barrier(int(count) + 1)
    failed: list[BaseException] = []

    def work(number: int) -> None:
        try:
            server: Any = redis.Redis(
                "127.0.0.1", int(port), password=password, db=number % 3, protocol=2
            )
            has_field_times = knows_field_times(server)
            server.xgroup_create(f"stream:{number}", "readers", mkstream=True)
            turn = 0
            while not stop.is_set():
                write(server, number, turn, has_field_times=has_field_times)
                turn += 1
                if turn == 50:
                    wrote.wait()
                # Room for the server and the tests on a machine of two processors.
                stop.wait(0.002)
            server.close()
        except BaseException as error:
            failed.append(error)
            wrote.abort()
            raise

    threads = [threading.Thread(target=work, args=(number,)) for number in range(int(count))]
    for thread in threads:
        thread.start()
    wrote.wait()
    sys.stdout.write("writing\n")
    sys.stdout.flush()
    sys.stdin.read()
    stop.set()
    for thread in threads:
        thread.join()
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
