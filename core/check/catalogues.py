"""What authors look up, written from the models and tables that define it: `python -m core.check.catalogues`."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

from core.authoring import Mistake
from core.check.tables import Part, docstring, literal, table, written
from core.environment import VARIABLES
from core.lab.race import LETTERS, MAX_NAME, VIEW, View, view_text
from core.lab.scenarios import Scenario
from core.lab.settings import CLIPPING, FIELD_OF_CLIPPING, FIELDS, SETTINGS, Setting, Words
from core.lessons.blocks import KINDS, Front, Prose
from core.lessons.claims import Claim
from core.lessons.equations import EQUATIONS
from core.lessons.prose import ROLES
from core.lessons.views import VIEWS
from core.mistakes import MISTAKES
from core.networks.experiment import Network, Training
from core.questions import bank, items
from core.questions.beliefs import Belief
from core.questions.keys import FORMULAS, MEASUREMENTS, READINGS
from core.verdicts.meanings import MEANINGS
from core.verdicts.outcomes import OUTCOMES

REFERENCE = Path(__file__).parents[2] / "docs" / "reference.md"
HEAD = """# Reference

What can be written, and what each word does.
`make docs` writes this page from the models and tables of the program: whoever wants other words changes them there.
How to write a lesson is in [lessons.md](lessons.md), and how to write a question in [questions.md](questions.md).
"""
NEEDS = {"profile": "before training", "run": "after training", "spectrum": "of the weight matrices"}


def _lessons() -> str:
    return written([Part.whole("The head of a lesson", Front)])


def _fences() -> str:
    """All of `KINDS`; notes are Markdown and have no keys."""
    return written([
        Part(f"`{kind}`", model, [] if issubclass(model, Prose) else list(model.model_fields))
        for kind, model in KINDS.items()
    ])  # fmt: skip


def _roles() -> str:
    return table(("Role", "For"), ((f"`{role}`", says) for role, says in ROLES.items()))


def _experiments() -> str:
    return "\n".join([
        _decides("`network` of an experiment", Network), _decides("`training` of an experiment", Training),
        written([Part.whole("A claim", Claim)]),
    ])  # fmt: skip


def _decides(title: str, owner: type[Any]) -> str:
    """The keys of a network or a training. Most are settings of the lab, whose words are taken."""
    settings = {FIELDS.get(word, word): _says(setting) for word, setting in SETTINGS.items()}
    says = settings | {field: f"{CLIPPING[word]} to this size." for word, field in FIELD_OF_CLIPPING.items()}
    rows = ((f"`{f.name}`", literal(f.default), says.get(f.name, "See below.")) for f in fields(owner))
    return f"### {title}\n\n{table(('Key', 'If left out', 'What it is'), rows)}\n{docstring(owner)}\n"


def _says(setting: Setting) -> str:
    return f"{setting.title}. {setting.help or (setting.about if isinstance(setting, Words) else '')}"


def _figures() -> str:
    return table(("Figure", "Shows", "Drawn"), ((f"`{w}`", v.says, NEEDS[v.needs]) for w, v in VIEWS.items()))


def _equations() -> str:
    rows = ((f"`{word}`", docstring(filled.write)) for word, filled in EQUATIONS.items())
    return table(("Equation", "What stands in it"), rows)


def _outcomes() -> str:
    rows = ((f"`{w}`", MEANINGS[w], NEEDS[o.needs], "yes" if o.in_lab else "no") for w, o in OUTCOMES.items())
    return table(("Outcome", "What it is", "Measured", "In the lab"), rows)


def _quiz() -> str:
    """The file; then what all questions have; then what each kind has besides."""
    kinds: tuple[type[items.ItemBase], ...] = get_args(get_args(items.Item)[0])
    parts = [Part.whole("Every question", items.ItemBase)]
    for kind in kinds:
        own = {name for base in kind.__mro__ if base is not items.ItemBase for name in inspect.get_annotations(base)}
        (word,) = get_args(kind.model_fields["type"].annotation)
        parts.append(Part(f"`{word}`", kind, [name for name in kind.model_fields if name in own]))
    return "\n".join([
        Part.whole("A file of the folder `quiz`", bank.File).write(), written(parts),
        written([Part.whole("A misconception in `misconceptions.yaml`", Belief)]),
    ])  # fmt: skip


def _functions() -> str:
    return "\n".join(_module(functions) for functions in (FORMULAS, MEASUREMENTS, READINGS))


def _module(functions: Mapping[str, Callable[..., Any]]) -> str:
    """In the order of the code, since a sentence may build on the one before."""
    ordered = sorted(functions.items(), key=lambda one: (one[1].__module__, inspect.getsourcelines(one[1])[1]))
    modules = {function.__module__: inspect.getmodule(function) for _, function in ordered}
    parts = []
    for name, module in modules.items():
        rows = (_function(one) for one in ordered if one[1].__module__ == name)
        title, *_ = docstring(module).splitlines()
        parts.append(f"### {title.rstrip('.')}\n\n{table(('Key', 'Numbers', 'What it gives'), rows)}")
    return "\n".join(parts)


def _function(named: tuple[str, Callable[..., Any]]) -> tuple[str, str, str]:
    name, function = named
    numbers = [word for word in inspect.signature(function).parameters if word not in {"lab", "results"}]
    return f"`{name}`", ", ".join(f"`{word}`" for word in numbers), docstring(function)


def _link() -> str:
    return table(("Parameter", "Takes", "If left out", "What it is"), _parameters())


def _parameters() -> Iterator[tuple[str, str, str, str]]:
    """The settings of network A; what is different in the others; how all of it is shown."""
    for word, setting in SETTINGS.items():
        yield f"`{word}`", _choices(setting), literal(setting.start), _says(setting)
    for letter in LETTERS[1:].lower():
        yield f"`{letter}`", "settings", "", f"How network {letter.upper()} differs, such as `depth:20,norm:batch`."
    for letter in LETTERS.lower():
        yield f"`name_{letter}`", "text", "", f"What network {letter.upper()} is called, in up to {MAX_NAME} letters."
    for word, shown in VIEW.items():
        start = getattr(View(), word)
        yield f"`{word}`", shown.takes, literal(view_text(start)) if start not in {"", None, ()} else "", shown.says


def _choices(setting: Setting) -> str:
    if isinstance(setting, Words):
        return ", ".join(f"`{word}` ({title})" for word, title in setting.titles.items())
    return f"{'whole number' if setting.whole else 'number'} from {literal(setting.low)} to {literal(setting.high)}"


def _scenarios() -> str:
    return written([Part.whole("A scenario", Scenario)])


def _environment() -> str:
    rows = ((f"`{name}`", variable.default or "not set", variable.says) for name, variable in VARIABLES.items())
    return table(("Variable", "If left out", "What it does"), rows)


def _mistakes() -> str:
    rows = ((f"`{kind}`", one.means, one.remedy) for kind, one in MISTAKES.items())
    return table(("Id", "What is wrong", "What to do"), rows)


SECTIONS: dict[str, tuple[str, Callable[[], str]]] = {
    "Lessons": ("The file `lesson.md` begins with its head, in YAML between two lines of `---`.", _lessons),
    "Roles": ("Inside a sentence: ``{role}`name` ``, or ``{role}`the words to show <name>` ``.", _roles),
    "Fences": ("A fence is ```` ```{kind} ````, then YAML, then ```` ``` ````.", _fences),
    "Experiments and claims": (
        """The file `experiments.yaml` has `experiments`, each under a name that reads well in a sentence.
Each says what its `network` and its `training` have that is not usual.
The file also has `claims`, each under the name that the role `claim` takes.""",
        _experiments,
    ),
    "Figures": ("What the `figure` of an experiment on the page can be, and the `view` of a plot.", _figures),
    "Equations with numbers": ("What `equations` of an experiment on the page can name.", _equations),
    "Outcomes": ("What the `outcome` of a claim can be: one number, read off a network.", _outcomes),
    "Questions": ("The folder `quiz` has YAML files, which are read in the order of their names.", _quiz),
    "Key functions": (
        """What `key`, `equals` and `works_out` can name.
Each takes the numbers that it names from the question's `params`.
“The same” is what the function before gives.""",
        _functions,
    ),
    "The lab's link": (
        """What can stand behind `/lab?`, as in `/lab?depth=20&activation=tanh&b=init:he`.
A link that names no other network has the B that the lab opens with; with `b=none`, A is alone.
A number outside its range becomes the nearest one inside.""",
        _link,
    ),
    "Scenarios": ("The file `scenarios.yaml` of a lesson has a list `scenarios`.", _scenarios),
    "Environment variables": ("What can be set from outside, before the app starts.", _environment),
    "Mistakes": (
        "What `make check` reports begins with the place and an id: `01-a-lesson/lesson.md:12: [long-sentence] …`.",
        _mistakes,
    ),
}
"""The headings, what stands under each, and who writes the rest."""


def reference() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(f"## {title}\n\n{says}\n\n{write()}" for title, (says, write) in SECTIONS.items())])


def mistakes(path: Path = REFERENCE) -> Iterator[Mistake]:
    """One, if the page is not what would be written now."""
    if not path.is_file() or path.read_text(encoding="utf-8") != reference():
        yield Mistake("outdated-reference", f"docs/{path.name}", "this is not what the code says.", "Run `make docs`.")


if __name__ == "__main__":
    REFERENCE.write_text(reference(), encoding="utf-8")
