"""Measures which partition keys of which table and index each flow reads and writes, and computes which key reaches its limit first.

DynamoDB bears 1,000 write units and 3,000 read units a second of one partition key. An index has the same limits for its own keys, and
writes to a table are refused while one of its indexes cannot follow.
Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html
"""

WRITE_LIMIT = 1_000
"""Write units a second that one partition key bears."""
READ_LIMIT = 3_000
"""Read units a second that one partition key bears."""
COPIES = 15
"""Copies of each popular app (`idp clients copies`), and of the connection (`idp connections copies`)."""
