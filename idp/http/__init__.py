"""Starlette and FastAPI: parse, call one function, shape the answer. Handlers are plain functions without try/except."""
