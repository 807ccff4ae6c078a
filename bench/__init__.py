"""`make bench`: the cost of a sign-in here and on node-oidc-provider, on the same runtime API and the same DynamoDB engine.

| module        | what it does                                                                             |
|---------------|------------------------------------------------------------------------------------------|
| `meter`       | a proxy that counts calls and request units                                              |
| `flows`       | the work: discovery, client credentials, a login, a visit with a live session, a refresh |
| `providers`   | the two sides, each as a Lambda function on loopback                                     |
| `measure`     | runs the flows and measures them                                                         |
| `report`      | the table                                                                                |
| `peer/`       | node-oidc-provider with a DynamoDB adapter of our own                                    |
"""
