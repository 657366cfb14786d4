"""The differences from aiohttp-cors 0.8.1 that are meant, each as narrow as it can be said.

A difference is not a request that is skipped. Wherever it can be, it is a question that is put to
0.8.1 in other words: the program or the request is rewritten so that 0.8.1 itself says what the
sentence promises, and that is what the answer has to be. Where 0.8.1 cannot be made to say it, the
sentence itself names the expected part, or the part is left out. Everything is decided from the
description and from where aiohttp's router leads; our own answer is never looked at.

How a difference is added:

1. *The promise.* `docs/differences.md` gets a sentence that says what this
   library does and, in parentheses, what 0.8.1 does.
2. *The smallest program.* `tests.comparison.test_differences` gets a task in ``_TASKS``, under the words of
   that sentence: one resource, one request (`tests.comparison.small` has the words). Its two tests fail,
   because there is no such difference yet.
3. *The difference.* The module of the subject (`origins`, `policies`, `preflights`, `responses`, `views`)
   gets a `Difference` with the same words as its ``sentence``:

   - ``applies`` says for which questions it holds, as narrowly as it can: every request too many is one
     that nobody compares.
   - ``asked`` rewrites the program or the request so that 0.8.1 says by itself what is promised. This is
     the better way, because 0.8.1 then goes on to judge everything else about the answer.
   - ``expected`` changes what 0.8.1 answered, where it cannot be made to say it. A part that nobody can
     foresee is None; `ANYTHING` leaves the whole answer out, and is the last resort.

4. *The place.* `DIFFERENCES` below gets its name. A difference sees what those before it made of the
   question: one that looks at configurations comes after those that rewrite them, and one that changes
   statuses after those that change who decides.
5. *Our side.* ``tests/integration/test_classic_differences.py`` gets a test that says in plain aiohttp
   what a program gets. The comparison only says that both libraries agree about a question in other words.
6. ``make test PYTEST_ARGS=tests/comparison``: 0.8.1 itself does otherwise, without the difference 0.8.1 is
   taken at its word, and hardly an answer is left out.
7. ``make explore PYTEST_ARGS="-m comparison"``, with several seeds: it finds the programs to which the
   difference applies too widely or not widely enough. Each becomes a row of `tests.comparison.test_found`.
"""

from typing import Final

from tests.comparison.differences import origins, policies, preflights, responses, views

# Each sees what those before it made of the question, and their answers are read in this order.
DIFFERENCES: Final = (
    views.DEFAULTS_OF_VIEWS,
    origins.ASSIGNED_DEFAULTS,
    origins.UNMATCHABLE_ORIGINS,
    origins.PATTERNS,
    preflights.SPLIT_LISTS,
    policies.LATE_OPTIONS,
    policies.ANOTHER_RESOURCE,
    policies.LEFT_OUT,
    policies.VIEWS_LEFT_OUT,
    policies.ADDED_FOR_VIEWS,
    policies.ADDED_FOR_ALL,
    policies.HEAD_LIKE_GET,
    policies.NOTHING_INHERITED,
    policies.BESIDE_A_VIEW,
    policies.VIEW_BESIDE,
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
    preflights.CUT_VALUES,
)
