"""Adam's step on a small gradient, and plain gradient descent's."""


def adam_step(g: float) -> float:
    """Adam's step over its rate once a constant gradient g has been seen for long (Kingma and Ba 2015, alg. 1)."""
    return g / (g + 1e-8)


def plain_step(g: float) -> float:
    """The step over the rate of plain gradient descent."""
    return g


def step_over_epsilon(g: float) -> float:
    """Adam's step over its rate if the small number alone were in the denominator."""
    return g / 1e-8


def share_of_epsilon(g: float) -> float:
    """What the small number makes up of the denominator."""
    return 1 - adam_step(g)
