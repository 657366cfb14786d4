"""The classic API held against aiohttp-cors 0.8.1, over real sockets, on programs nobody wrote."""
