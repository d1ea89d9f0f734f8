"""Each mistake is named at its place with the way to mend it, and all of them at once."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from seawall.datafile import FileMistakesError, Mistake
from unit.datafile.marked import RECIPIENT, marked, mistakes_in

STORES = "stores: {orders: {engine: postgres}, live: {engine: redis, collections: {f: 'f:{id}'}}}\n"

# A file whose mistake stands behind the mark, a part of the text, and of the suggestion.
SEEDED = [
    # names and engines
    ("stores: {db: {engine: «reddis}}", "'reddis' is not an engine", "did you mean 'redis'?"),
    ("stores: {db: {engine: «Postgres}}", "not an engine", "did you mean 'postgres'?"),
    ("stores: {db: {engine: «postgresql}}", "not an engine", "did you mean 'postgres'?"),
    ("stores: {db: {engine: «pg}}", "not an engine", "did you mean 'postgres'?"),
    ("stores: {db: {engine: «vlakey}}", "not an engine", "did you mean 'valkey'?"),
    ("stores: {db: {engine: «mongodb}}", "not an engine", "write postgres, redis or valkey"),
    ("stores: {db: {engine: «auto}}", "is not in this version", "write postgres, redis or valkey"),
    ("stores: {db: {engine: «7}}", "not a number", "write postgres, redis or valkey"),
    ("stores: {«db: {}}", "'engine' is missing", "add engine: postgres, redis or valkey"),
    ("stores:\n  «db:\n", "there is no value", "write {engine: postgres}"),
    ("stores: {db: «postgres}", "a store mapping is expected, not a text", "{engine: postgres}"),
    ("stores: {«'; drop': {engine: redis}}", "is not a name", "did you mean 'drop'?"),
    ("stores: {«../x: {engine: redis}}", "'../x' is not a name", "did you mean 'x'?"),
    ("stores: {«-rf: {engine: redis}}", "'-rf' is not a name", "did you mean 'rf'?"),
    ("stores: {«'': {engine: redis}}", "'' is not a name", "starts with a letter"),
    ("stores: {«Orders: {engine: redis}}", "is not a name", "did you mean 'orders'?"),
    (f"stores: {{«{'a' * 41}: {{engine: redis}}}}", "is not a name", f"'{'a' * 40}'?"),
    ("stores: {«bestände: {engine: redis}}", "is not a name", "did you mean 'bestande'?"),
    ("stores: {«注文: {engine: redis}}", "is not a name", "starts with a letter"),
    ("stores: {«2024: {engine: redis}}", "is not a name", "starts with a letter"),
    ("stores: «{}", "this is empty", "{db: {engine: postgres}}"),
    ("«stores:", "there is no value", "{db: {engine: postgres}}"),
    ("stores: «[]", "a mapping of stores is expected, not a list", "{db: {engine: postgres}}"),
    ("«app: shop", "'stores' is missing", "such as stores: {db: {engine: postgres}}"),
    ("«just text", "a seawall.yaml is expected, not a text", "{stores: {db: {engine: postgres}}}"),
    # unknown keys
    ("stores: {db: {engine: redis, «retian: 9}}", "not known", "did you mean 'retain'? It is not"),
    ("stores: {db: {engine: redis, «objectivs: {}}}", "not known", "did you mean 'objectives'?"),
    ("stores: {db: {engine: redis, «uri: env://X}}", "not known", "did you mean 'url'?"),
    ("stores: {db: {«type: redis, engine: redis}}", "not known", "did you mean 'engine'?"),
    ("stores: {db: {engine: redis, «rpo: 1h}}", "not known", "it belongs in objectives"),
    ("stores: {db: {engine: redis, «keep: {}}}", "not known", "it belongs in backup"),
    ("stores: {db: {engine: redis, «nonsense: 1}}", "not known", "known here: engine, url, coll"),
    (STORES + "«recipients: []", "not known", "it belongs in repository"),
    (STORES + "«references: []", "not known", "did you mean 'links'?"),
    (
        STORES + "links: [{every: orders.b.c, exists_in: live.f.id, «references: x}]",
        "not known",
        "did you mean 'exists_in'?",
    ),
    (STORES + "«databases: {}", "not known", "did you mean 'stores'?"),
    (STORES + "«Links: []", "not known", "did you mean 'links'?"),
    (STORES + "«more: {engine: redis}", "not known", "a store belongs in stores"),
    (STORES + "backup: {«bsae: daily}", "not known", "did you mean 'base'?"),
    (STORES + "backup: {«daily: 7}", "not known", "it belongs in keep"),
    (STORES + "backup: {keep: {«hourly: 7}}", "not known", "known here: daily, weekly, monthly"),
    (STORES + "repository: {«bucket: x}", "not known", "known here: url, recipients, identity"),
    # keys of later versions
    (STORES + "«derived: {}", "'derived' is not in this version of Seawall yet", "put a #"),
    (STORES + "«targets: {}", "'targets' is not in this version", "put a #"),
    (STORES + "backup: {«log: continuous}", "'log' is not in this version", "put a #"),
    ("stores: {db: {engine: redis, «workload: {}}}", "'workload' is not in this version", "put a"),
    ("stores: {db: {engine: redis, «retain: 9d}}", "'retain' is not in this version", "put a #"),
    ("stores: {db: {engine: redis, backup: {«log: x}}}", "'log' is not in this version", "put a"),
    (STORES + "links: [{«mirror: s, of: orders.x}]", "a 'mirror' link is not in", "put a #"),
    (STORES + "links: [{equals: a.b, «count: w.o}]", "a 'count' link is not in", "put a #"),
    # durations and numbers
    (STORES + "objectives: {rto: «15}", "a duration is expected, not a number", "15s, 15m, 15h or"),
    (STORES + "objectives: {rto: «0}", "a duration is expected, not a number", "such as 30s"),
    (STORES + "objectives: {rto: «15min}", "'15min' is not a duration", "did you mean '15m'?"),
    (STORES + "objectives: {rpo: «1h30m}", "is not a duration", "did you mean '90m'?"),
    (STORES + "objectives: {rpo: «2 weeks}", "is not a duration", "did you mean '14d'?"),
    (STORES + "objectives: {rpo: «soon}", "is not a duration", "such as 30s, 15m, 1h or 1d"),
    (STORES + "objectives: {rpo: «-5m}", "is not a duration", "such as 30s"),
    (STORES + "objectives: {rpo: «0s}", "is not a duration", "such as 30s"),
    (STORES + "objectives: {rpo: «1.5}", "a duration is expected, not a number", "such as 30s"),
    (STORES + "objectives: {rpo: «true}", "not a truth value", "such as 30s"),
    (STORES + "objectives: «1h", "a mapping of objectives is expected", "{rto: 1h, rpo: 15m}"),
    (STORES + "backup: {base: «dayly}", "'dayly' is not a base interval", "did you mean 'daily'?"),
    (STORES + "backup: {base: «none}", "is not a base interval", "write hourly, daily or weekly"),
    (
        STORES + "backup: «none",
        "a backup policy is expected",
        "a single store may say backup: none",
    ),
    (STORES + "backup: {keep: {daily: «0}}", "a number from 1 to 10000 is expected", "write 7"),
    (STORES + "backup: {keep: {daily: «99999}}", "a number from 1 to 10000", "write 7"),
    (STORES + "backup: {keep: {daily: «'7'}}", "not a text", "write 7, without quotes"),
    (STORES + f"backup: {{keep: {{daily: «'{'7' * 5000}'}}}}", "not a text", "write 7"),
    (STORES + "backup: {keep: {daily: «010}}", "a number is expected, not a text", "write 10"),
    (STORES + "backup: {keep: {daily: «7.5}}", "a number is expected, not a number", "write 7"),
    ("stores: {db: {engine: redis, backup: «non}}", "is not a backup policy", "mean 'none'?"),
    ("stores: {db: {engine: redis, backup: «daily}}", "is not", "write {base: daily}, or none"),
    ("version: «2\n" + STORES, "this version of Seawall reads format version 1", "write 1"),
    ("version: «'1'\n" + STORES, "a format version is expected, not a text", "1, without quotes"),
    ("app: «Shop\n" + STORES, "'Shop' is not a name", "did you mean 'shop'?"),
    ("app: «2024\n" + STORES, "a name is expected, not a number", "starts with a letter"),
    ("app: «~\n" + STORES, "there is no value", "or remove the key"),
    # YAML's own traps
    ("stores: {db: {engine: redis, backup: «no}}", "read 'no' as false", "write none"),
    ("app: «on\n" + STORES, "many YAML programs read 'on' as true", 'write "on"'),
    ("app: «Yes\n" + STORES, "read 'Yes' as true", 'write "Yes"'),
    ("stores: {«off: {engine: redis}}", "read 'off' as false", 'write "off"'),
    ("stores: {«true: {engine: redis}}", "'true' is not read as text", 'write "true"'),
    ("stores: {? «: {engine: redis}}", "a key is missing", "name it"),
    ("stores:\n  «: {engine: redis}\n", "does not belong here", "like the lines around"),
    ("stores: {? «[a] : {engine: redis}}", "a key is a text", "quotes"),
    ("app: a\n«app: b\n" + STORES, "'app' is here twice; first in line 1", "keep one"),
    ("app: «!!binary aGk=\n" + STORES, "tags are not used", "remove the tag"),
    ("app: «*name\n" + STORES, "the alias names no anchor", "needs quotes"),
    ("stores: {db: {engine: redis, «url}}", "a key without a value", "quotes"),
    (
        "stores: {a: &a {engine: redis}, b: {<<: «text, engine: redis}}",
        "'<<' takes a mapping",
        "<<: *defaults",
    ),
    # secrets and the repository
    ("stores: {db: {engine: redis, url: «redis://h}}", "a URL is written", "write env://DB_URL"),
    ("stores: {db: {engine: redis, url: «pass}}", "a secret is written", "write env://DB_URL"),
    ("stores: {my-db: {engine: redis, url: «x}}", "a secret is written", "env://MY_DB_URL"),
    ("stores: {db: {engine: redis, url: «$DB}}", "variables are not replaced", "env://DB_URL"),
    ("stores: {db: {engine: redis, url: «/run/x}}", "a path is no reference", "file:///absolute"),
    ("stores: {db: {engine: redis, url: «env://}}", "names nothing", "write env://DB_URL or file"),
    ("stores: {db: {engine: redis, url: «env://A B}}", "names nothing", "write env://DB_URL"),
    ("stores: {db: {engine: redis, url: «file://x}}", "names nothing", "file:///absolute/path"),
    ("stores: {db: {engine: redis, url: «evn://X}}", "no such kind", "did you mean env://?"),
    (
        "stores: {db: {engine: redis, url: «aws-sm://x#y}}",
        "aws-sm:// is not in this version",
        "env",
    ),
    ("stores: {db: {engine: redis, url: «vault://x#y}}", "vault:// is not in this version", "env"),
    ("stores: {db: {engine: redis, url: «keyring://x}}", "keyring:// is not in this", "env"),
    ("stores: {db: {engine: redis, url: «5432}}", "a secret reference is expected", "env://NAME"),
    ("stores: {db: {engine: redis, «password: x}}", "logins are never", "url: env://DB_URL"),
    (STORES + "repository: {identity: «AGE-SECRET-KEY-1X}", "a private key is written", "new key"),
    (STORES + "repository: {recipients: [«AGE-SECRET-KEY-1X]}", "a private key", "age-keygen -y"),
    (STORES + "repository: {recipients: [«age1...]}", "not an age recipient", "62 characters"),
    (STORES + "repository: {recipients: [«ssh-ed25519 AAA]}", "an ssh key", "age-keygen"),
    (STORES + "repository: {recipients: «[]}", "this is empty", "[age1...]"),
    (STORES + f"repository: {{recipients: [{RECIPIENT}, «{RECIPIENT}]}}", "here twice", "keep one"),
    (STORES + "repository: {url: «s3://k:p@bucket}", "a login is written", "write a folder"),
    (STORES + "repository: {url: «s3://}", "names no bucket", "write s3://bucket"),
    (STORES + "repository: {url: «s3://Shop/x}", "names no bucket", "write s3://bucket"),
    (STORES + "repository: {url: «s3://shop?region=x}", "names no bucket", "s3://bucket/prefix"),
    (STORES + "repository: {url: «S3://shop}", "no such kind", "s3://bucket"),
    (
        STORES + "repository: {«endpoint: https://h}",
        "speaks of an object store",
        "url: s3://bucket",
    ),
    (STORES + "repository: {url: /mnt/b, «ca: ca.pem}", "speaks of an object store", "s3://bucket"),
    (
        STORES + "repository: {url: 's3://shop', «access_key_id: env://ID}",
        "'access_key_id' needs 'secret_access_key' beside it",
        "write secret_access_key: env://AWS_SECRET_ACCESS_KEY",
    ),
    (
        STORES + "repository: {url: 's3://shop', «session_token: env://T}",
        "'session_token' needs 'access_key_id' beside it",
        "env://AWS_ACCESS_KEY_ID",
    ),
    (
        STORES + "repository: {url: 's3://shop', endpoint: «ftp://h}",
        "not an endpoint",
        "https://host",
    ),
    (
        STORES + "repository: {url: 's3://shop', endpoint: «https://k:p@h}",
        "this is not an endpoint",
        "without a login",
    ),
    (
        STORES
        + "repository: {copies: [{url: 's3://shop', access_key_id: env://I, secret_access_key: «x}]}",
        "a secret is written in the file",
        "write env://AWS_SECRET_ACCESS_KEY",
    ),
    (STORES + "repository: {copies: [{url: «az://b}]}", "az:// is not in this version", "s3://"),
    (STORES + "repository: {copies: [«{}]}", "'url' is missing", ""),
    (STORES + "repository: {url: «GS://b}", "gs:// is not in this version", "another disk"),
    (STORES + "repository: {url: «az://b?secret=x}", "az:// is not in this version", "a folder"),
    (STORES + "repository: {url: «file://}", "names no folder", "write a folder"),
    (STORES + "repository: {url: «ftp://host/x}", "no such kind", "write a folder"),
    (STORES + "repository: {url: «env://BACKUPS}", "no such kind", "write a folder"),
    (STORES + "repository: {url: «~/backups}", "not replaced", "whole path"),
    (STORES + "repository: {url: «$HOME/backups}", "not replaced", "whole path"),
    (STORES + "repository: {url: «me@host:/x}", "a folder of another machine", "mount it"),
    (STORES + "repository: {url: «''}", "this is empty", "write a folder"),
    # collections and links
    ("stores: {db: {engine: redis, collections: {s: «abc}}}", "it has no {part}", "in turn"),
    ("stores: {db: {engine: redis, collections: {s: «'{a}{b}'}}}", "two parts touch", "in turn"),
    ("stores: {db: {engine: redis, collections: {s: «'{a}:{a}'}}}", "the same name", "in turn"),
    ("stores: {db: {engine: redis, collections: {s: «'{a'}}}", "a brace has no partner", "turn"),
    ("stores: {db: {engine: redis, collections: {s: «'{1}'}}}", "is named by letters", "in turn"),
    ("stores: {db: {engine: redis, collections: {s: «7}}}", "a key pattern is expected", "{part}"),
    ("stores: {db: {engine: redis, collections: {a: '{x}', b: «'b:{y}'}}}", "'a' takes", "before"),
    ("stores: {db: {engine: redis, collections: {«'(other)': 'a:{x}'}}}", "not a collection n", ""),
    (
        STORES + "links: [{every: «ordres.o.id, exists_in: live.f.id}]",
        "'ordres' is not",
        "'orders'?",
    ),
    (
        STORES + "links: [{every: orders.o.id, exists_in: «live.g.id}]",
        "'g' is not a coll",
        "write f",
    ),
    (STORES + "links: [{every: «orders.id, exists_in: live.f.id}]", "not a link end", "store.coll"),
    (STORES + "links: [«{every: orders.o.id}]", "'exists_in' is missing", "such as exists_in: "),
    (STORES + "links: [{every: «7, exists_in: live.f.id}]", "a link end is expected", "store.coll"),
    (STORES + "links: «{every: a.b.c}", "a list of links is expected, not a mapping", "[{every"),
    (STORES + "links: [«orders.o.id]", "a link is expected, not a text", "{every: orders."),
    (
        STORES + "links:\n- every: {store: orders, collection: o, fields: [a, b]}\n"
        "  exists_in: «live.f.id\n",
        "'every' has 2 fields, 'exists_in' has 1 field",
        "as many fields on each end",
    ),
    (
        STORES + "links:\n- every: {store: «odrers, collection: o, fields: [a]}\n"
        "  exists_in: live.f.id\n",
        "'odrers' is not a store of this file",
        "did you mean 'orders'?",
    ),
    (
        STORES + "links:\n- every: {store: orders, collection: o, «field: a, fields: [a]}\n"
        "  exists_in: live.f.id\n",
        "this key is not known here",
        "did you mean 'fields'?",
    ),
    (
        STORES + "links:\n- every: {store: orders, collection: o, fields: [a, «a]}\n"
        "  exists_in: {store: live, collection: f, fields: [id, key]}\n",
        "this is here twice",
        "keep one of them",
    ),
    (
        STORES + "links:\n- every: {store: orders, collection: o, fields: «a}\n"
        "  exists_in: live.f.id\n",
        "a list of fields is expected, not a text",
        "write [order_id, sku]",
    ),
]

THIRTY = """\
version: «3
app: «Café
objectives: {rto: «15, rpo: «15 minutes, «rot: 1h}
repository:
  url: «ftp://backups
  recipients: [«age1short]
  identity: «hunter2
backup: {base: «nightly, keep: {daily: «0, «yearly: 1}}
«derived: {}
stores:
  orders:
    engine: «postgress
    url: «postgres://shop:hunter2@db.example/orders
    «retian: 90d
    «migrations: db/orders
    «password: hunter2
  «Sessions:
    engine: «auto
    backup: «off
  live:
    engine: valkey
    collections:
      flight: «"flight"
      gate: «"gate:{a}{b}"
  «empty: {}
  «orders: {engine: redis}
links:
  - {every: «order.orders.id, exists_in: «live.gates.id}
  - every: {store: orders, collection: lines, fields: [a, b]}
    exists_in: «orders.items.a
  - {«count: a.b, equals: c.d}
«link: []
«agenda: 1
"""


@pytest.mark.parametrize(("text", "says", "suggests"), SEEDED, ids=[case[0] for case in SEEDED])
def test_a_seeded_mistake_is_named_at_its_place_with_the_way_to_mend_it(
    tmp_path: Path, text: str, says: str, suggests: str
) -> None:
    case = marked(text)
    mistakes = mistakes_in(tmp_path, case.text)
    assert [(each.line, each.column) for each in mistakes] == list(case.spots)
    assert says in mistakes[0].text
    assert suggests in mistakes[0].suggestion


def test_thirty_mistakes_are_all_named_in_one_run_and_in_order(tmp_path: Path) -> None:
    case = marked(THIRTY)
    mistakes = mistakes_in(tmp_path, case.text)
    assert len(case.spots) == 30
    assert [(each.line, each.column) for each in mistakes] == list(case.spots)
    assert all(each.suggestion for each in mistakes)


def test_a_mistake_reads_as_the_design_says(tmp_path: Path) -> None:
    (mistake,) = mistakes_in(tmp_path, "stores:\n  cache:\n    engine: reddis\n")
    assert mistake == Mistake(
        3, 13, "stores.cache.engine", "'reddis' is not an engine", "did you mean 'redis'?"
    )
    error = FileMistakesError(tmp_path / "seawall.yaml", (mistake,))
    assert error.code == "SW-FILE-001"
    assert error.exit_code == 2
    assert "it has 1 mistake:\n" in error.happened
    assert (
        "seawall.yaml:3:13 stores.cache.engine: 'reddis' is not an engine; did you mean 'redis'?"
    ) in str(error).replace("\n  ", "\n").split("\n")


def test_the_error_survives_its_way_between_processes(tmp_path: Path) -> None:
    mistakes = mistakes_in(tmp_path, "stores: {a: 1, b: 2}")
    error = FileMistakesError(tmp_path / "seawall.yaml", mistakes)
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - its own pickle
    assert (type(copy), copy.mistakes, str(copy)) == (type(error), error.mistakes, str(error))


def test_a_mistake_behind_an_anchor_is_named_once(tmp_path: Path) -> None:
    case = marked("stores:\n  a: &a {engine: «redsi}\n  b: *a\n  c: {<<: *a, url: env://C}\n")
    mistakes = mistakes_in(tmp_path, case.text)
    assert [(each.line, each.column) for each in mistakes] == list(case.spots)


def test_the_second_of_two_stores_of_one_name_is_read_too(tmp_path: Path) -> None:
    case = marked("stores:\n  a: {engine: redis}\n  «a: {engine: «reddis, «bakcup: none}\n")
    mistakes = mistakes_in(tmp_path, case.text)
    assert [(each.line, each.column) for each in mistakes] == list(case.spots)


def test_a_path_quotes_keys_of_other_characters_and_counts_items(tmp_path: Path) -> None:
    text = "stores: {'; drop': {engine: x}, a: {engine: redis}}\nlinks: [{every: a.b.c, x: 1}]\n"
    paths = {each.path for each in mistakes_in(tmp_path, text)}
    assert {"stores['; drop'].engine", "links[0].x", "links[0]"} <= paths


@pytest.mark.parametrize("key", ["''", "0", "007", "+1", "'0'"])
def test_a_key_that_could_be_an_index_keeps_its_place(tmp_path: Path, key: str) -> None:
    case = marked(f"stores:\n  «{key}:\n    engine: «x\n    «0: 1\n    objectives: {{«{key}: 1}}\n")
    mistakes = mistakes_in(tmp_path, case.text)
    assert [(each.line, each.column) for each in mistakes] == list(case.spots)
    plain = key.strip("'")
    assert mistakes[0].path == f"stores['{plain}']"
    assert mistakes[3].path == f"stores['{plain}'].objectives['{plain}']"


def test_control_characters_in_a_key_do_not_reach_the_terminal(tmp_path: Path) -> None:
    mistakes = mistakes_in(tmp_path, 'stores: {"\\e[31mred\\n": {engine: redis}}')
    shown = "".join(map(str, mistakes))
    assert shown.isprintable()


def test_a_misplaced_key_is_sent_to_the_nearest_mapping_that_has_it(tmp_path: Path) -> None:
    text = (
        "stores: {a: {engine: redis, rpo: 1h, daily: 7}}\n"
        "url: x\nrto: 1h\nrepository: {stores: {}, daily: 7}\n"
    )
    assert [each.suggestion for each in mistakes_in(tmp_path, text)] == [
        "it belongs in objectives",
        "it belongs in backup.keep",
        "it belongs in repository, repository.copies[] or stores.<name>",
        "it belongs in objectives or stores.<name>.objectives",
        "it belongs in the top of the file",
        "it belongs in backup.keep or stores.<name>.backup.keep",
    ]


def test_of_many_names_only_some_are_listed(tmp_path: Path) -> None:
    stores = ", ".join(f"s{number}: {{engine: redis}}" for number in range(11))
    text = f"stores: {{{stores}}}\nlinks: [{{every: x.b.c, exists_in: s1.b.c}}]\n"
    (mistake,) = mistakes_in(tmp_path, text)
    assert mistake.suggestion == "write s0, s1, s2, s3, s4, s5, s6, s7, s8, s9 or ..."


@pytest.mark.parametrize(
    ("store", "variable"), [("my-db", "MY_DB_URL"), ("'u:p@h'", "DB_URL"), ("A B", "DB_URL")]
)
def test_a_login_in_the_file_is_sent_to_a_variable_of_the_store(
    tmp_path: Path, store: str, variable: str
) -> None:
    mistakes = mistakes_in(tmp_path, f"stores: {{{store}: {{engine: redis, host: x, url: x}}}}")
    assert mistakes[-2].suggestion.endswith(f" as {variable} and write url: env://{variable}")
    assert mistakes[-1].suggestion == f"export it as {variable} and write env://{variable}"


def test_names_that_are_no_names_are_not_suggested(tmp_path: Path) -> None:
    text = "stores: {'u:p@h': {engine: redis}}\nlinks: [{every: up.b.c, exists_in: up.b.c}]\n"
    last = mistakes_in(tmp_path, text)[-1]
    assert last.suggestion == "declare it first"


def test_no_more_than_a_thousand_mistakes_are_named(tmp_path: Path) -> None:
    text = STORES + "".join(f"key{number}: 1\n" for number in range(1200))
    assert len(mistakes_in(tmp_path, text)) == 1000
