"""Faults (FI-1 to FI-17) against the flows of the provider, and a checker of invariants (I1 to I10) over what clients saw.

`make faults` runs it; docs/reliability.md has its tables.

| module         | what it has                                                                          |
|----------------|--------------------------------------------------------------------------------------|
| `kinds`        | the faults: each sets up where and how a run is struck                               |
| `flows`        | the flows: what a person, an app or an admin does                                    |
| `run`          | one run: its browser, its requests, and the gateway that cuts off and duplicates     |
| `proxy`        | the DynamoDB that fails                                                              |
| `site`         | the deployment of the runs                                                           |
| `history`      | what clients saw                                                                     |
| `checker`      | the invariants                                                                       |
| `stored`       | items without an owner                                                               |
| `execution`    | a run from its beginning to its verdict                                              |
| `workers`      | processes that execute batches of runs                                               |
| `tables`       | the figures                                                                          |
"""
