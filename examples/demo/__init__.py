"""An API, a page of another origin that calls it, and what comes of each request.

- `rows`: the requests, and what should come of them: the data that everything else works on;
- `api`: the application that is called, and its CORS configuration;
- `verdicts`: what the server decided about each request;
- `site`: the API and the page on ports of localhost;
- `once`: the requests, made from Python as a browser would;
- `report`: the table on the terminal;
- `static/`: the page.

``python -m examples.demo`` starts it.
"""
