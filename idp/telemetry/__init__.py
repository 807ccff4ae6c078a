"""What the provider tells about itself: one line for each request, metrics in it, traces when they are switched on.

    record      what is noted while a request is worked on, from whichever layer knows it
    journal     begins and ends records, and writes them
    line        a record as one JSON object
    metrics     the part of it that CloudWatch makes metrics of
    pretty      the same for a developer's terminal
    tracing     OpenTelemetry; imported only when it is switched on

Every layer may note; nobody else writes. Nothing secret is noted: ids of ours, names of ours, numbers.
"""
