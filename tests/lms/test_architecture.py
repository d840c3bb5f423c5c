"""The house holds itself to its own order: rules without Django, services in one transaction, states with words.

Which app may import which other is `lint-imports` (pyproject.toml); this is about what it cannot see.
"""

import ast
import tomllib
from collections.abc import Iterator
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
from django.apps import apps
from django.conf import settings

ROOT = settings.BASE_DIR
PACKAGES = ("lms", "courses", "certification")
OUR_APPS = sorted(app for app in settings.INSTALLED_APPS if app.split(".")[0] in PACKAGES)
FRAMEWORKS = {"django", "wagtail", "allauth"}
WRITES = {"bulk_create", "create", "delete", "get_or_create", "save", "update", "update_or_create"}

CEREMONIES = "certification.certificates.services.ceremonies"
NOT_ATOMIC = {
    "certification.applications.services.looking.look_at_table": "a long table is looked at in chunks; its end is one transaction",
    "certification.applications.services.taking.take_table": "each chunk of people is a transaction of its own, taken once",
    "certification.applications.services.expiring.expire_entries": "each plan's entries are a transaction of their own, ended once",
    "certification.archives.services.building.build": "each volume is a transaction of its own, kept once",
    "certification.assessment.services.running.begin_if_first": "one call of plans.advance, whose loser goes on",
    f"{CEREMONIES}.adopt_key_file": "the rows are one transaction; the key's file is written first and taken back when it fails",
    f"{CEREMONIES}.hold_ceremony": "the rows are one transaction; a token makes the key first, and removes it when that fails",
    f"{CEREMONIES}.issue_by_demo_authority": "the authority signs first; the import is one transaction",
    f"{CEREMONIES}.register_provider_key": "the provider is asked first; the rows are one transaction",
    "certification.certificates.services.issuing.run_batch": "each certificate is a transaction of its own, made once",
    "certification.certificates.services.keys.warn_of_ending_keys": "each warning is a transaction of its own, given once",
    "certification.certificates.services.making.make_all": "files are made outside any transaction; putting them into force is one",
    "certification.examday.services.printing.print_now": "the file is laid out first; what the ledger is told is one transaction",
    "certification.examday.services.printing.run_printing": "each lot is recorded when laid out; a run begun anew ends the same",
    "certification.results.services.reminding.remind_of_answers": "each answer is a transaction of its own, told once",
    "courses.learning.services.reminding.remind_of_dues": "each class is a transaction of its own, told once",
    "courses.media.services.recordings.keep_recording": "a large file is checked and moved first; its row is one transaction",
    "courses.media.services.uploads.finish_upload": "what is kept has a transaction of its own; the pieces go afterwards",
    "courses.packages.services.packages.keep_package": "a ZIP file is checked and stored first; its rows are one transaction",
    "courses.questionbank.services.attempts.start_attempt": "one get_or_create, atomic by itself",
}
"""Services that write and open no transaction of their own, each with its reason."""


def module_path(name: str) -> Path | None:
    """Return the file of one of our modules or packages, or None for what is not ours."""
    base = ROOT.joinpath(*name.split("."))
    return next((path for path in (base.with_suffix(".py"), base / "__init__.py") if path.exists()), None)


def imports_of(path: Path) -> Iterator[str]:
    """Yield what the file imports, a name of a package as a module of it as well; relative imports are not used here."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def reached_from(name: str) -> dict[str, list[str]]:
    """Return each module that importing `name` runs, ours followed to the end, with the way to it."""
    ways: dict[str, list[str]] = {}
    waiting = [(name, [name])]
    while waiting:
        module, way = waiting.pop()
        if module in ways:
            continue
        ways[module] = way
        parts = module.split(".")
        waiting += [(".".join(parts[:end]), way) for end in range(1, len(parts))]
        path = module_path(module) if parts[0] in PACKAGES else None
        if path is not None:
            waiting += [(found, [*way, found]) for found in imports_of(path)]
    return ways


def rules_modules() -> list[str]:
    """Return `<app>.rules` and, where that is a package, its modules."""
    found = []
    for app in OUR_APPS:
        folder = ROOT.joinpath(*app.split("."))
        if (folder / "rules.py").exists():
            found.append(f"{app}.rules")
        found += [f"{app}.rules.{path.stem}".removesuffix(".__init__") for path in sorted(folder.glob("rules/*.py"))]
    return found


def services_modules() -> list[str]:
    """Return the modules of services, those included whose functions a `services.py` hands on in `__all__`."""
    found = set()
    for app in OUR_APPS:
        folder = ROOT.joinpath(*app.split("."))
        for path in [*folder.glob("services.py"), *folder.glob("services/*.py")]:
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            found.add(name)
            module = import_module(name)
            handed_on = [getattr(module, public) for public in getattr(module, "__all__", [])]
            found |= {public.__module__ for public in handed_on if hasattr(public, "__module__")}
    return sorted(name for name in found if name.split(".")[0] in PACKAGES)


def functions_of(module: str) -> Iterator[ast.FunctionDef]:
    path = module_path(module)
    assert path is not None
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            yield node


def is_atomic(function: ast.FunctionDef) -> bool:
    return any(ast.unparse(decorator).startswith("transaction.atomic") for decorator in function.decorator_list)


def takes_now(function: ast.FunctionDef) -> bool:
    return "now" in {argument.arg for argument in [*function.args.args, *function.args.kwonlyargs]}


def called_in(node: ast.AST) -> set[str]:
    """Return the last part of every name that is called below the node."""
    functions = [call.func for call in ast.walk(node) if isinstance(call, ast.Call)]
    return {f.attr if isinstance(f, ast.Attribute) else f.id for f in functions if isinstance(f, ast.Attribute | ast.Name)}


def hands_on_to(function: ast.FunctionDef, atomic: set[str]) -> bool:
    """Tell whether the function is one `return` of an atomic service and nothing else."""
    *before, last = function.body
    plain = all(isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant) for line in before)
    if not plain or not isinstance(last, ast.Return) or not isinstance(last.value, ast.Call):
        return False
    called = last.value.func
    return (called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")) in atomic


def test_the_checks_below_see_what_they_should():
    assert {"certification.plans.rules", "certification.standards.rules.eligibility"} <= set(rules_modules())
    assert {"certification.plans.staffing", "certification.assessment.services.sheets"} <= set(services_modules())
    assert "django.db" in reached_from("certification.plans.services")


@pytest.mark.parametrize("module", rules_modules())
def test_rules_know_no_framework_however_far_one_follows_them(module):
    reached = reached_from(module)
    foreign = [" → ".join(way) for name, way in reached.items() if name.split(".")[0] in FRAMEWORKS]
    assert foreign == []


def test_the_import_contract_names_the_rules_of_every_app():
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = [row for row in config["tool"]["importlinter"]["contracts"] if row["name"] == "Rules know no framework"]
    sources = contract["source_modules"]
    with_rules = {app for app in OUR_APPS if any(name.startswith(f"{app}.rules") for name in rules_modules())}
    covered = {app for app in with_rules if {f"{app}.rules", f"{app.split('.')[0]}.*.rules"} & set(sources)}
    assert with_rules - covered == set()


def unprotected_services() -> dict[str, str]:
    """Return public services with a moment (`now`) that neither are one transaction nor hand on to one."""
    atomic = {row.name for module in services_modules() for row in functions_of(module) if is_atomic(row)}
    found = {}
    for module in services_modules():
        for function in functions_of(module):
            if function.name.startswith("_") or not takes_now(function) or is_atomic(function):
                continue
            changes = called_in(function) & (WRITES | atomic | {"append", "move"})
            if changes and not hands_on_to(function, atomic):
                found[f"{module}.{function.name}"] = f"calls {', '.join(sorted(changes))}"
    return found


def test_every_service_that_changes_something_is_one_transaction():
    found = unprotected_services()
    assert {name: why for name, why in found.items() if name not in NOT_ATOMIC} == {}


def test_no_exception_outlives_its_service():
    assert set(NOT_ATOMIC) - set(unprotected_services()) == set()


def test_services_take_what_they_need_by_keyword():
    """Only the thing that a service acts on may stand by position; who, when and why are named by the caller."""
    by_position = [
        f"{module}.{function.name}"
        for module in services_modules()
        for function in functions_of(module)
        if not function.name.startswith("_") and {"actor", "now"} & {argument.arg for argument in function.args.args}
    ]
    assert by_position == []


def enums_of(module: ModuleType) -> dict[str, type[StrEnum]]:
    return {
        name: thing
        for name, thing in vars(module).items()
        if isinstance(thing, type)
        and issubclass(thing, StrEnum)
        and thing is not StrEnum
        and thing.__module__.startswith(PACKAGES)
    }


def statuses() -> list[type[StrEnum]]:
    found = {
        enum for name in rules_modules() for label, enum in enums_of(import_module(name)).items() if label.endswith("Status")
    }
    return sorted(found, key=lambda enum: (enum.__module__, enum.__name__))


def dicts_named(part: str) -> dict[str, dict]:
    """Return the module-level tables of all our apps whose name has that part, by "<module>.<NAME>"."""
    modules = {name for app in OUR_APPS for name in (f"{app}.models", f"{app}.presentation") if module_path(name)}
    return {
        f"{module}.{name}": value
        for module in sorted(modules | set(rules_modules()))
        for name, value in vars(import_module(module)).items()
        if part in name and name.isupper() and isinstance(value, dict)
    }


def enum_in(keys) -> type[StrEnum] | None:
    """Return the enum that all the keys belong to, if they do."""
    kinds = {type(key) for key in keys}
    return kinds.pop() if len(kinds) == 1 and issubclass(next(iter(kinds)), StrEnum) else None


@pytest.mark.parametrize("status", statuses(), ids=lambda status: f"{status.__module__}.{status.__name__}")
def test_every_status_has_words_for_each_of_its_values(status):
    tables = [table for table in dicts_named("LABELS").values() if enum_in(table) is status]
    assert tables, "no *_LABELS table beside the model"
    for table in tables:
        assert set(table) == set(status)
        assert len({str(label) for label in table.values()}) == len(status), "two states share their words"


LABELS = {name: table for name, table in dicts_named("LABELS").items() if enum_in(table)}


@pytest.mark.parametrize("name", [name for name, table in LABELS.items() if enum_in(table) not in statuses()])
def test_other_labels_are_complete_too(name):
    table = LABELS[name]
    assert set(table) == set(enum_in(table))


@pytest.mark.parametrize("name", dicts_named("TRANSITIONS"))
def test_every_state_can_be_reached_and_the_first_is_the_only_beginning(name):
    table = dicts_named("TRANSITIONS")[name]
    first = next(iter(type(next(iter(table.values())))))
    reached, before = {first}, set()
    while reached != before:
        before = set(reached)
        reached |= {after for (state, _event), after in table.items() if state in before}
    assert reached == set(type(first))


@pytest.mark.parametrize("app", OUR_APPS)
def test_the_database_refuses_a_state_that_the_rules_do_not_know(app):
    for model in apps.get_app_config(app.rsplit(".")[-1]).get_models():
        names = [field.name for field in model._meta.fields if field.name == "status"]
        checks = " ".join(str(constraint.deconstruct()) for constraint in model._meta.constraints)
        for name in names:
            assert f"{name}__in" in checks, f"{model.__name__}.{name} has no CheckConstraint on its values"
