"""SCIM (`directory`): the clients, and the people and groups that each client made.

SCIM_CLIENTS  client            a client, with the digests of its tokens
ORG#org       SCIM_CLIENT#…     the same of an organisation
SCIM#client   USER#id           the client made this person
SCIM#client   NAME#…  EXT#…     by which a person or a group is found
SCIM#client   GROUP#id          a group
SCIM#client   COUNT#…           how many there are, in parts
SCIM_GROUP#client#group  user   the user is in the group
USER#user     SCIM#client       what the client said about the person
USER#user     SCIM_GROUP#…      the same membership, found by the user
"""
