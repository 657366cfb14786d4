"""The differences from aiohttp-cors 0.8.1 that are meant, each as narrow as it can be said.

A difference is not a request that is skipped. Wherever it can be, it is a question that is put to
0.8.1 in other words: the program or the request is rewritten so that 0.8.1 itself says what the
sentence promises, and that is what the answer has to be. Where 0.8.1 cannot be made to say it, the
sentence itself names the expected part, or the part is left out. Everything is decided from the
description and from where aiohttp's router leads; our own answer is never looked at.
"""

from typing import Final

from tests.comparison.differences import origins, policies, preflights, responses, views

# Each sees what those before it made of the question, and their answers are read in this order.
DIFFERENCES: Final = (
    views.DEFAULTS_OF_VIEWS,
    origins.ASSIGNED_DEFAULTS,
    origins.UNMATCHABLE_ORIGINS,
    preflights.SPLIT_LISTS,
    policies.USERS_OPTIONS,
    policies.ANOTHER_RESOURCE,
    policies.BESIDE_A_VIEW,
    policies.VIEW_BESIDE,
    policies.HEAD_LIKE_GET,
    policies.NOTHING_INHERITED,
    origins.PATTERNS,
    origins.ESCAPED_ORIGINS,
    views.METHODS_VIEWS_LACK,
    views.METHODS_VIEWS_ARE_NOT_ASKED,
    responses.COVERED_405,
    responses.OWN_HEADERS,
    preflights.BEFORE_MIDDLEWARES,
    preflights.TOKENS_ONLY,
    responses.EXPOSED_ALL,
    preflights.VIEWS_HTTP_METHODS,
    preflights.OTHER_CASE,
    views.VIEWS_NOT_ADDED,
)
