"""Starlette and FastAPI: parse a request, call one function, shape the answer. Handlers are plain functions without try/except."""
