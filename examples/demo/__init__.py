"""An API, a page of another origin that calls it, and what each side says of each request.

- `api`: the application that is called;
- `policies`: its CORS configurations, of which the page has a choice;
- `rows`: the requests of the table, and what should come of them;
- `cases`: the prepared choices of the form;
- `explaining`: why a request is allowed or blocked, from the library;
- `verdicts`: what the server decided about each request that reached it;
- `site`, `serving`: the APIs and the page on ports of localhost;
- `page`, `static/`: the page, and what its scripts ask;
- `once`: the requests of the table, made from Python as a browser would;
- `report`: the table on the terminal.

``python -m examples.demo`` starts it.
"""
