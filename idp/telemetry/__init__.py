"""Logs, metrics and traces: one line for each request, with metrics in it; traces if they are switched on.

    record      the facts about the current request, added by all layers
    journal     begins, ends and writes records
    line        a record as one JSON object
    metrics     metrics of a record in CloudWatch's format
    pretty      a record for a developer's terminal
    tracing     OpenTelemetry; imported only if it is switched on

Every layer may add to the record; only the journal writes. Records contain nothing secret: only ids, names of this code and numbers.
"""
