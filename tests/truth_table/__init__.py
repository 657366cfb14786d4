"""The truth table: what a page gets of a program, and which requests that takes.

``words`` says how a row is written, ``rows`` holds the rows, ``programs`` the applications that take
more than a line.
"""
