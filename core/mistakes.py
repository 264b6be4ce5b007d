"""Every mistake that an author can be told of, by its id: what it means, and how to put it right."""

from typing import NamedTuple


class Explained(NamedTuple):
    """What stands behind an id, in full sentences."""

    means: str
    remedy: str


MISTAKES = {
    # --- files, and what is written in them ---
    "missing-file": Explained(
        "A file that must be there is not.",
        "A lesson is a folder with `lesson.md` and `experiments.yaml`; beside the lessons lies `misconceptions.yaml`.",
    ),
    "not-yaml": Explained(
        "The text cannot be read as YAML.",
        "Look at the indentation, at brackets, and at colons in a text that has no quotes around it.",
    ),
    "unknown-key": Explained("There is no key of this name here.", "Look the key up on this page; it may be misspelt."),
    "missing-key": Explained("A key that must be there is not.", "Add it: the report lists the keys that belong here."),
    "wrong-value": Explained(
        "A value is of another kind than its key takes, or out of its range.",
        "The report says what it takes, and what is written now.",
    ),
    "unknown-name": Explained(
        "Something is named that is not there: an experiment, a claim, a word of the glossary, a setting, a figure.",
        "The report lists the names that are most like it, or all where there are few.",
    ),
    # --- lessons ---
    "no-head": Explained("The lesson does not begin with its head.", "Write `---`, the keys of the head, and `---`."),
    "no-sections": Explained("The lesson has no section.", "Begin each section with a line such as `## The problem`."),
    "unknown-fence": Explained("There is no fence of this kind.", "Take one of the kinds on this page."),
    "symbol-not-in-formula": Explained(
        "A symbol is explained that does not stand in the formula.",
        "Write it under `symbols` just as it stands in `latex`.",
    ),
    "prediction-without-one-answer": Explained(
        "A prediction has both ways to answer, or none.",
        "Give `decades` for a guess by powers of ten, or `choices`, and not both.",
    ),
    "mark-without-bar": Explained(
        "A mark points at nothing in a figure.",
        "Name the figure's id, the letter of one of its networks, and a layer or `last`.",
    ),
    "missing-media": Explained("A film names a file that is not there.", "Put it into the lesson's folder `media`."),
    "band-upside-down": Explained("The band of a claim begins above its end.", "Give the lower number first."),
    "unused-claim": Explained(
        "A claim is measured that no sentence speaks of.", "Use it in a sentence, or take it out of `experiments.yaml`."
    ),
    "unreadable-race": Explained(
        "The race of a scenario is not as the lab's link has it.",
        "Build the race in the lab, and copy the words of its link.",
    ),
    # --- the proofreader ---
    "number-without-claim": Explained(
        "A sentence states a number that rests on nothing.",
        "Measure it with a claim, put arithmetic between dollar signs, or mark with `given` what is set or cited.",
    ),
    "wrong-sum": Explained(
        "A formula says that two things are equal, or about equal, and they are not, or one cannot be worked out.",
        "Correct it; where something is about equal, write numbers on both sides.",
    ),
    "long-sentence": Explained(
        "A sentence has more words than a reader keeps in mind.", "Make two of it, or take words out."
    ),
    "unexplained-abbreviation": Explained(
        "An abbreviation stands where nobody has explained it yet.",
        "Write it out where it first stands, with the letters in brackets, or put it into the glossary.",
    ),
    # --- questions ---
    "no-quiz": Explained("Questions are asked for that are not there.", "Write a folder `quiz` with files of items."),
    "id-taken": Explained(
        "Two questions, figures, sections or scenarios have the same id or name.", "Give each one of its own."
    ),
    "one-right-answer": Explained(
        "A question has a key and a given answer, or neither.",
        "Name a function by `key`; only a file that says `imported: true` has `answer` instead.",
    ),
    "one-wrong-number": Explained(
        "A rule has a function and a given number, or neither.",
        "Name a function by `equals`; only a file that says `imported: true` has `number` instead.",
    ),
    "range-upside-down": Explained(
        "The first number of a range is greater than the second.",
        "Write the least number first, then the greatest.",
    ),
    "answer-not-computed": Explained(
        "A question of our own gives its answer, or a foreseen wrong number, in place of a function.",
        "Name the function by `key` or `equals`, or write it first.",
    ),
    "unexplained-question": Explained(
        "A question does not say what explains it, or which misconceptions it is after.",
        "Fill in `section` and `misconceptions`; only imported questions may do without.",
    ),
    "number-not-drawn": Explained(
        "A question draws its numbers, and its explanation names one that is the same in every draw, unchecked.",
        "Let `{{key}}`, `works_out` or `params` put it in, or write it as arithmetic between dollar signs. "
        "A number that the question names is fine.",
    ),
    "nothing-to-read": Explained(
        "A key function reads a plot, and the question has none.", "Give it a `plot`, or `shows`."
    ),
    "few-slips": Explained(
        "A typed number has fewer than three foreseen slips, or two of them get the same reply.",
        "Work it out as somebody in a hurry would: a root, a step, a sign, a logarithm forgotten. Add a rule for each.",
    ),
    "slip-taken-for-another": Explained(
        "In some draw, a foreseen wrong number is so close to another, or to the right one, that it is taken for it.",
        "Draw other numbers under `params`, or lower the rule's `tolerance`.",
    ),
    "options-alike": Explained("Two options have the same id or the same text.", "Reword one of them."),
    "answer-without-option": Explained(
        "The given answer names something that is not among the options.", "Make it of the ids of the options."
    ),
    "step-out-of-reach": Explained(
        "A step can never be done, because what it needs is not there or needs the step itself.",
        "Let `needs` name steps of the same question, and not in a circle.",
    ),
    # --- what is written by the program ---
    "outdated-reference": Explained(
        "This page is not what the models and tables say now.", "Run `make docs`, and commit what comes of it."
    ),
}
"""In the order in which the reference explains them. An id is for good: people look it up."""
