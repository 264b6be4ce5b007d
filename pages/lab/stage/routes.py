"""What the stage asks the server while it runs in the browser: neighbouring pictures, a training, a film.

Every answer is decided by its link alone, so nothing is kept for a visitor.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import lru_cache
from math import isfinite
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from core.compute import door
from core.compute.door import Ticket, profile_job, train_job
from core.errors import Fixable
from core.lab import scene
from core.lab.race import Race, from_query
from core.lab.settings import SETTINGS

TICK = 0.1  # seconds between two pieces of news
AT_ONCE = 12  # values of a setting in one request
LINKS = 256  # answers that are kept, for whoever follows the same link: everybody who opens the lab

Answer = Callable[[Request], Awaitable[Response]]


def _in_words(answer: Answer) -> Answer:
    """Answer a mistake that can be put right with its two sentences."""

    async def guarded(request: Request) -> Response:
        try:
            return await answer(request)
        except Fixable as mistake:
            return JSONResponse(_told(mistake), 422)

    return guarded


def _told(mistake: Fixable) -> dict[str, str]:
    return {"problem": mistake.problem, "remedy": mistake.remedy}


def _race(request: Request) -> Race:
    query = {name: text for name, text in request.query_params.items() if name not in {"along", "values"}}
    return from_query(query)[0]


async def _results(tickets: list[Ticket]) -> list[Any]:
    """The results, without keeping a thread waiting for them."""
    return list(await asyncio.gather(*(asyncio.wrap_future(ticket.future) for ticket in tickets)))


@_in_words
async def neighbours(request: Request) -> Response:
    """The start scenes for several values of one setting: `along=depth&values=9,10,11`, and a race."""
    kept = _kept(request.url.query)
    if not kept:
        kept.append((await _neighbours(request)).body)
    return Response(kept[0], media_type="application/json")


@lru_cache(maxsize=LINKS)
def _kept(_: str) -> list[bytes | memoryview]:
    """A place for the answer to a link: results never change."""
    return []


async def _neighbours(request: Request) -> Response:
    race, word = _race(request), request.query_params.get("along", "depth")
    if word not in SETTINGS:
        raise Fixable(f"There is no setting called {word[:40]!r}.", f"Choose one of: {', '.join(SETTINGS)}.")
    texts = request.query_params.get("values", "").split(",")[:AT_ONCE]
    values = [SETTINGS[word].parse(text)[0] for text in texts]
    wanted = [race.with_setting(word, value).seeded() for value in values]
    flat = [experiment for several in wanted for experiment in several]
    found = iter(await _results(door.shared().ask(profile_job, flat)))
    profiles = [[next(found) for _ in several] for several in wanted]
    return JSONResponse(await run_in_threadpool(scene.along, race, word, values, profiles))


@_in_words
async def training(request: Request) -> Response:
    """News of a training, a line of JSON at a time, until it is over. Whoever closes the connection stops it."""
    race = _race(request)
    tickets = door.shared().train(race.experiments)
    return StreamingResponse(_news(race, tickets), media_type="application/x-ndjson")


async def _news(race: Race, tickets: list[Ticket]) -> AsyncIterator[str]:
    try:
        while not all(ticket.future.done() for ticket in tickets):
            yield _line({"steps": race.settings["steps"], **_progress(tickets)})
            await asyncio.sleep(TICK)
        await _results(tickets)
        yield _line({"done": True})
    except Fixable as mistake:
        yield _line(_told(mistake))
    finally:
        door.shared().give_up(train_job, tickets)


def _line(news: dict[str, Any]) -> str:
    return json.dumps(news) + "\n"


def _progress(tickets: list[Ticket]) -> dict[str, Any]:
    """How far everybody is: the step of the slowest, and the losses as they are."""
    news = [ticket.progress() for ticket in tickets]
    told = [progress for progress in news if progress]
    if len(told) < len(tickets):
        return {"step": 0, "losses": []}
    return {"step": min(p.step for p in told), "losses": [p.loss if isfinite(p.loss) else None for p in told]}


@_in_words
async def film(request: Request) -> Response:
    """Everything that the stage needs to play a finished training."""
    race = _race(request)
    shared = door.shared()
    starts, tickets = shared.ask(profile_job, race.experiments), shared.train(race.experiments)
    profiles, runs = await _results(starts), await _results(tickets)
    return JSONResponse(await run_in_threadpool(scene.film, race, profiles, runs))


ROUTES = [Route("/api/neighbours", neighbours), Route("/api/training", training), Route("/api/film", film)]
