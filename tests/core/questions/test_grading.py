"""The grader against arithmetic of its own, arbitrary text, and brute force."""

import ast
import contextlib
import itertools
import math
import time
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from core import Fixable
from core.practice.sitting import check
from core.questions.bank import bank, slugs
from core.questions.grading import NONE, grade, parse, read
from core.questions.items import Kprim, Match, Multiple, Numeric, Order, Pick, Single
from core.questions.variants import Variant

BANK = bank(slugs()[0])
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
ABOUT = {"id": "x", "concept": "c", "misconceptions": ["M1"], "section": "s", "stem": "", "explain": ""}


def first(type_, **having):
    """The first variant of the first item of a type."""
    fits = (item for item in BANK.items if isinstance(item, type_))
    return BANK.draw(next(i for i in fits if all(getattr(i, k) == v for k, v in having.items())), 0)


def asking(key, *, scale="relative", tolerance=0.02, rules=()):
    """A question whose answer is this number."""
    how = {"key": "power", "scale": scale, "tolerance": tolerance, "rules": list(rules)}
    return Variant(item=Numeric(type="numeric", **ABOUT, **how), number=0, numbers={"r": key, "L": 1})


def verdict(variant, typed):
    return grade(variant, typed, None).verdict


# ---- numbers as people type them


def plain(mantissa, exponent):
    """Without a power of ten, where that is not too long and adds no zeros: 100 for 101 is not rounded but wrong."""
    value = Decimal(f"{mantissa}e{exponent}")
    return f"{value:f}" if -40 < value.as_tuple().exponent <= 0 else f"{mantissa}e{exponent}"


NOTATIONS = {
    "plain": plain,
    "e": lambda m, e: f"{m}e{e}",
    "E and comma": lambda m, e: f"{m}E{e}".replace(".", ","),
    "unicode minus": lambda m, e: f"{m}e{e}".replace("-", "−"),
    "dash": lambda m, e: f"{m}e{e}".replace("-", "–"),
    "times and caret": lambda m, e: f"{m}×10^{e}",
    "letter x, spaces and brackets": lambda m, e: f" {m} x 10^({e}) ",
    "dot and superscripts": lambda m, e: f"{m}·10{str(e).translate(SUPERSCRIPTS)}",
    "times, spaces and superscripts": lambda m, e: f"{m} × 10{str(e).translate(SUPERSCRIPTS)}",
    "stars": lambda m, e: f"{m}*10**{e}",
    "comma, dot, minus": lambda m, e: f"{m}⋅10^{e}".replace(".", ",").replace("-", "−"),
    "with a plus": lambda m, e: f"{m}e{e:+d}" if m.startswith("-") else f"+{m}e{e:+d}",
}  # fmt: skip
notations = pytest.mark.parametrize("notation", NOTATIONS.values(), ids=NOTATIONS)
floats = st.floats(min_value=1e-300, max_value=1e300) | st.floats(min_value=-1e300, max_value=-1e-300)


@notations
@given(value=floats)
def test_any_printed_number_reads_back(notation, value):
    mantissa, _, exponent = f"{value:.16e}".partition("e")
    assert parse(notation(mantissa, int(exponent))) == value
    assert parse(repr(value)) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("9,5·10⁻⁷", 9.5e-7), ("9.5E-7", 9.5e-7), ("9.5 x 10^(-7)", 9.5e-7), ("10^-7", 1e-7), ("10⁻⁷", 1e-7),
        ("2^-24", 2**-24), ("2⁻²⁴", 2**-24), ("0.25^10", 0.25**10), ("0.25**10", 0.25**10), ("0,25", 0.25),
        ("0,9^50", 0.9**50), ("0,25^10", 0.25**10), ("10^(-0,3)", 10**-0.3), ("1,5*0,2", 0.3), ("-0,5 + 1", 0.5),
        ("1/4", 0.25), ("1 / 4", 0.25), ("-1/4", -0.25), ("–6,02", -6.02), ("−6.02", -6.02), (".25", 0.25),
        ("73.", 73), (" 73 ", 73), ("sqrt(2/128)", 0.125), ("log10(0.001)", -3), ("10*log10(0.25)", -6.0206),
        ("0.8*0.25^2", 0.05), ("2×0.25", 0.5), ("1/(1+1)", 0.5), ("(0.1+0.2)/3", 0.1), ("2^16", 65536), ("\t8\n", 8),
    ],
)  # fmt: skip
def test_a_number_is_read_however_it_is_written(text, value):
    assert parse(text) == pytest.approx(value, rel=1e-6)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "abc", "1e", "e", "1,2,3", "1/0", "nan", "inf", "-inf", "1e999", "[1]", "1 2", "9" * 400, "()",
        "1.2.3",
        "True", "None", "2 or 3", "1 and 2", "1 if 1 else 2", "'12'", 'f"{1}"', "1_000", "0x10", "0b1", "1j", "1;2",
        "sqrt(-1)", "log10(0)", "(-8)^(1/3)", "0^-1", "sqrt", "sqrt(2", "sqrt 2", "x", "1<2", "3%", "1//2", "٣", "２",
    ],
)  # fmt: skip
def test_what_is_not_a_number_is_answered_in_words(text):
    with pytest.raises(Fixable, match="not a number I can read"):
        parse(text)


@given(st.text(max_size=80) | st.text(alphabet="0123456789.,eE+-*/^()×·−⁻⁷ sqrtlog", max_size=60))
@example("'a'*9999999")
@example("1\x000")
def test_no_text_breaks_the_reader(text):
    with contextlib.suppress(Fixable):
        assert math.isfinite(parse(text))


@given(st.recursive(
    st.integers(0, 99).map(str) | st.decimals(0, 9, places=2).map(str),
    lambda inner: st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda parts: f"({' '.join(parts)})"),
    max_leaves=4,
))  # fmt: skip
def test_arithmetic_agrees_with_exact_fractions(text):
    assume(len(text) <= 60)

    def exact(node):
        if isinstance(node, ast.Constant):
            return Fraction(ast.get_source_segment(text, node))
        left, right = exact(node.left), exact(node.right)
        return {ast.Add: left.__add__, ast.Sub: left.__sub__, ast.Mult: left.__mul__}.get(
            type(node.op), left.__truediv__
        )(right)

    try:
        expected = exact(ast.parse(text, mode="eval").body)
    except ZeroDivisionError:
        with contextlib.suppress(Fixable):  # 1/(0.1+0.2-0.3) is no division by zero in floating point
            parse(text)
        return
    assume(abs(expected) > 1e-9 or expected == 0)
    with contextlib.suppress(Fixable):  # a tiny number may be exactly 0 in floating point
        assert parse(text) == pytest.approx(float(expected), rel=1e-6, abs=1e-12)


HOSTILE = {
    "a tower of powers": "9**9**9",
    "a large power": "3999999**3999999",
    "many large powers": "9999**99999*9999**99999*9999**99999*9999**99999",
    "a carets' tower": "9^9^9^9^9",
    "superscripts": "9⁹⁹⁹⁹⁹⁹⁹",
    "an import": "__import__('os').system('true')",
    "a shift": "1<<10**9",
    "a long string": '"a"*10**9',
    "a long list": "[0]*10**9",
    "brackets": "(" * 30 + "1" + ")" * 29,
    "very many brackets": "(" * 10**6,
    "minus signs": "-" * 59 + "a",
    "very many minus signs": "-" * 10**6 + "1",
    "very many digits": "9" * 10**6,
    "very many spaces": " " * 10**6 + "x",
    "spaces before a times": "1" + " " * 10**6 + "×",
    "a lambda": "(lambda: 1)()",
    "a comprehension": "[x for x in range(10**9)]",
    "a walrus": "(a:=10**9)",
    "a dunder": "().__class__.__bases__",
    "null bytes": "\0" * 50,
    "a null byte": "1\x002",
    "half a character": "\ud800",
    "an f-string": "f'{9**9**9}'",
    "a call with stars": "sqrt(*[1]*10**8)",
    "a factorial of roots": "sqrt(" * 11 + "2",
    "a carriage return": "1\r2",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_refused_at_once(text):
    def cost(question):
        begun = time.process_time()
        with contextlib.suppress(Fixable):
            parse(question)
        return time.process_time() - begun

    with pytest.raises(Fixable):
        parse(text)
    honest = min(cost("sqrt(2/128)*0.25^10+1/(1+9.5×10⁻⁷)") for _ in range(20))
    assert min(cost(text) for _ in range(3)) < max(0.05, 100 * honest)


# ---- numbers against a key


keys = st.floats(min_value=1e-300, max_value=1e300)
tolerances = st.sampled_from([0.005, 0.01, 0.02, 0.1])


@notations
@given(key=keys, sign=st.sampled_from([1, -1]), digits=st.integers(2, 8), tolerance=tolerances)
@settings(max_examples=50)
def test_the_key_with_two_digits_or_more_is_right(notation, key, sign, digits, tolerance):
    mantissa, _, exponent = f"{sign * key:.{digits - 1}e}".partition("e")
    assert verdict(asking(sign * key, tolerance=tolerance), notation(mantissa, int(exponent))) == "right"


@given(key=keys, digits=st.integers(2, 5), step=st.sampled_from([-1, 1]), tolerance=tolerances)
def test_its_neighbour_in_the_last_place_is_as_right_as_the_tolerance_says(key, digits, step, tolerance):
    mantissa, _, exponent = f"{key:.{digits - 1}e}".partition("e")
    place = int(exponent) - digits + 1
    near = f"{int(mantissa.replace('.', '')) + step}e{place}"
    far = abs(Fraction(near) - Fraction(key)) / Fraction(key)
    assume(abs(far - Fraction(tolerance)) > Fraction(1, 10**9))
    assume(abs(int(mantissa.replace(".", "")) + step - Fraction(key) / Fraction(10) ** place) > Fraction(500001, 10**6))
    assert verdict(asking(key, tolerance=tolerance), near) == ("right" if far <= tolerance else "wrong")


@given(key=keys, wrong=st.sampled_from(["0", "0.0", "-0", "0e5", "1-1", "0*3"]), tolerance=tolerances)
@example(key=5e-324, wrong="0", tolerance=0.1)
def test_zero_is_never_close_to_anything_else(key, wrong, tolerance):
    assert verdict(asking(key, tolerance=tolerance), wrong) == "wrong"
    assert verdict(asking(-key, tolerance=tolerance), wrong) == "wrong"


@pytest.mark.parametrize(
    ("key", "typed"), [(1.25, "1.3"), (1.25, "1.2"), (0.0625, "0.063"), (1.35, "1,4"), (-6.0206, "-6.0")]
)
def test_a_half_may_be_rounded_up_or_to_even(key, typed):
    assert verdict(asking(key, tolerance=0.001), typed) == "right"


@given(key=keys)
def test_the_wrong_sign_is_wrong(key):
    assert verdict(asking(key), repr(-key)) == "wrong"


@given(key=st.integers(1, 10**6), off=st.integers(-3, 3))
def test_without_tolerance_only_the_number_itself_is_right(key, off):
    assert (verdict(asking(key, tolerance=0), str(key + off)) == "right") == (off == 0)


@given(key=st.floats(-300, 300), far=st.floats(-3, 3), tolerance=st.sampled_from([0.05, 0.3]))
def test_a_logarithm_is_measured_in_decades(key, far, tolerance):
    assume(abs(abs(far) - tolerance) > 1e-9)
    typed = repr(key + far)
    assume(abs(float(typed) - key) <= tolerance or float(typed) <= 0 or abs(math.log10(float(typed)) - key) > tolerance)
    assert verdict(asking(key, scale="log10", tolerance=tolerance), typed) == (
        "right" if abs(key + far - key) <= tolerance else "wrong"
    )


@given(key=st.floats(-290, 290))
def test_the_number_itself_instead_of_its_logarithm_is_asked_for_again(key):
    assume(abs(10**key - key) > 0.1)
    result = grade(asking(key, scale="log10", tolerance=0.05), repr(10**key), None)
    assert result.verdict == "again"
    assert "logarithm" in result.reply


def test_the_product_of_slopes_instead_of_its_logarithm_is_asked_for_again():
    variant = BANK.draw(BANK.item("product-bound"), 0)
    for typed in (f"0.25^{variant.numbers['L']:g}", f"{0.25 ** variant.numbers['L']:.2e}"):
        assert grade(variant, typed, None).verdict == "again"


RULES = [
    {"equals": "kept_whole", "tolerance": 0.5, "say": "near one", "misconception": "M1"},
    {"equals": "kept_whole", "tolerance": 0.1, "say": "nearer", "grade": "again"},
    {"equals": "slope_ceiling", "tolerance": 0.01, "say": "a quarter", "grade": "again"},
]


@pytest.mark.parametrize(
    ("rules", "typed", "said"),
    [
        (RULES, "1", ("wrong", "near one", ("M1",))),
        (RULES, "1.4", ("wrong", "near one", ("M1",))),
        (RULES[::-1], "1", ("again", "nearer", ())),
        (RULES[::-1], "1.4", ("wrong", "near one", ("M1",))),
        (RULES, "0.25", ("again", "a quarter", ())),
        (RULES, "7", ("wrong", "", ())),
        (RULES, "30", ("right", "", ())),
    ],
)
def test_the_first_rule_that_fits_answers_but_never_before_the_key(rules, typed, said):
    assert grade(asking(30, rules=rules), typed, None) == said


def test_what_is_right_stays_right_though_a_rule_fits_it_too():
    assert grade(asking(1.1, rules=RULES), "1.1", None).verdict == "right"


# ---- choices

CHOOSING = [first(type_) for type_ in (Single, Multiple, Kprim, Match, Order, Pick)]
choosing = pytest.mark.parametrize("variant", CHOOSING, ids=lambda variant: variant.item.type)


def right_answers(variant, lab):
    """Every way to write the key, as a predicate on text."""
    key = variant.key(lab)
    if isinstance(variant.item, Order):
        return lambda text: in_order(variant.item, text.split(">"))
    if isinstance(variant.item, Pick):
        return lambda text: text.isdecimal() and int(text) == int(key)
    if isinstance(variant.item, Match):
        return lambda text: sorted(text.split("+")) == sorted(f"{row}={one}" for row, one in key.items())
    if isinstance(key, frozenset):
        return lambda text: set(text.split("+")) == (key or {NONE})
    return lambda text: text == key


def in_order(item, ids):
    steps = {step.id: set(step.needs) for step in item.options}
    return sorted(ids) == sorted(steps) and all(steps[one] <= set(ids[:place]) for place, one in enumerate(ids))


def words_of(variant):
    ids = [option.id for option in variant.options]
    partners = list(getattr(variant.item, "partners", {}))
    return [*ids, *partners, *(f"{i}={p}" for i in ids for p in partners), "+", ">", "=", "-", "1", "12", " ", "", "x"]


@choosing
@given(data=st.data())
@settings(deadline=None)
def test_no_text_breaks_a_question_and_garbage_is_never_right(variant, data, lab):
    pieces = st.lists(st.sampled_from(words_of(variant)), max_size=9).map("".join)
    answer = data.draw(st.text(max_size=40) | pieces | st.lists(st.sampled_from(words_of(variant))).map("+".join))
    try:
        result = grade(variant, answer, lab)
    except Fixable:
        with pytest.raises(Fixable):
            check(variant, answer)
        return
    check(variant, answer)
    assert (result.verdict == "right") <= right_answers(variant, lab)(answer.replace(">", "+") if isinstance(
        variant.item, Multiple | Kprim) else answer)  # fmt: skip
    assert result.reply or isinstance(variant.item, Pick)


@choosing
@pytest.mark.parametrize(
    "text", ["x" * 10**6, "+" * 10**6, "=" * 10**6, "9" * 4000, "\0", "\ud800", "-1", "0", "1.0", "+"]
)
def test_what_cannot_be_chosen_is_fixable(variant, text, lab):
    with pytest.raises(Fixable):
        grade(variant, text, lab)


def test_a_match_needs_every_row_once(lab):
    variant = first(Match)
    rows = [f"{row}={partner}" for row, partner in variant.key(lab).items()]
    assert grade(variant, "+".join(rows), lab).verdict == "right"
    with pytest.raises(Fixable, match="Not every row has a partner yet"):
        grade(variant, "+".join(rows[:-1]), lab)
    for garbage in ([*rows, rows[0]], [*rows, "x"], ["x=y", *rows[1:]], [*rows[:-1], rows[0]]):
        with pytest.raises(Fixable):
            grade(variant, "+".join(garbage), lab)


@given(data=st.data())
@settings(deadline=None)
def test_statements_and_choices_are_all_or_nothing_with_a_reply_to_each_difference(data, lab):
    variant = data.draw(st.sampled_from([first(Kprim), first(Multiple)]))
    ids = [option.id for option in variant.options]
    given_ids = data.draw(st.sets(st.sampled_from(ids)))
    result = grade(variant, "+".join(sorted(given_ids)) or NONE, lab)
    differ = given_ids ^ set(variant.key(lab))
    assert result.verdict == ("wrong" if differ else "right")
    replies = result.reply.split("\n") if differ else []
    assert len(replies) == len(differ)
    for option in variant.options:
        assert any(variant.fill(option.says, lab) in reply for reply in replies) == (option.id in differ)


@st.composite
def orders(draw):
    """Steps of which each may need any before it; shown in another order."""
    ids = [f"s{n}" for n in range(draw(st.integers(3, 5)))]
    steps = [
        {"id": one, "says": f"do {one}", "reply": f"no: {one}",
         "needs": sorted(draw(st.sets(st.sampled_from(ids[:n])))) if n else []}
        for n, one in enumerate(ids)
    ]  # fmt: skip
    item = Order(type="order", **ABOUT, options=draw(st.permutations(steps)))
    return Variant(item=item, number=0, numbers={}, options=list(item.options))


@given(orders())
@settings(max_examples=40, deadline=None)
def test_exactly_the_orders_that_respect_every_need_are_right(variant):
    for ids in itertools.permutations(option.id for option in variant.options):
        result = grade(variant, ">".join(ids), None)
        assert (result.verdict == "right") == in_order(variant.item, ids)
        if result.verdict == "wrong":
            early = next(o for o in (o for i in ids for o in variant.options if o.id == i)
                         if not set(o.needs) <= set(ids[: ids.index(o.id)]))  # fmt: skip
            assert f"no: {early.id}" in result.reply
    assert read(variant, ">".join(variant.in_order())) == tuple(variant.in_order())


@given(orders(), st.data())
def test_an_order_must_hold_every_step_once(variant, data):
    ids = [option.id for option in variant.options]
    answer = data.draw(st.lists(st.sampled_from([*ids, "x"]), max_size=6))
    assume(sorted(answer) != sorted(ids))
    with pytest.raises(Fixable):
        grade(variant, ">".join(answer), None)


def test_a_reply_follows_what_it_speaks_of_and_an_imported_option_may_have_none(lab):
    options = [{"id": "a", "says": "tanh", "reply": "It is 1."}, {"id": "b", "says": "ReLU", "reply": ""}]
    item = Match(
        type="match", **ABOUT, options=options, partners={"x": "1", "y": "2"}, answer={"a": "x", "b": "x"}
    )  # fmt: skip
    given_ = grade(Variant(item=item, number=0, numbers={}, options=tuple(item.options)), "a=y+b=y", lab)
    assert given_.reply.split("\n") == ["- *tanh*: It is 1.", "- *ReLU*"]


def test_of_several_choices_the_wrong_ones_are_answered_first(lab):
    variant = first(Multiple)
    key = variant.key(lab)
    wrong = [option.id for option in variant.options if option.id not in key]
    reply = grade(variant, "+".join(wrong), lab).reply
    kinds = ["Chosen" if line.startswith("- Chosen, but wrong: ") else "Left out" for line in reply.split("\n")]
    assert kinds == ["Chosen"] * len(wrong) + ["Left out"] * len(key)
