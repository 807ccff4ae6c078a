// node-oidc-provider's storage contract on one DynamoDB table: an item per artefact, and the two look-ups that the contract needs,
// a session by its uid and all artefacts of a grant. It makes as few calls as the contract allows, to be fair to the peer.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';

const TableName = process.env.PEER_TABLE;
const dynamodb = DynamoDBDocumentClient.from(
  new DynamoDBClient({ endpoint: process.env.PEER_DYNAMODB, region: 'us-east-1' }),
  { marshallOptions: { removeUndefinedValues: true } },
);

const seconds = () => Math.floor(Date.now() / 1000);
const itself = (model, id) => ({ pk: `${model}/${id}`, sk: 'self' });
const byUid = (uid) => ({ pk: `uid/${uid}`, sk: 'self' });

async function read(Key) {
  const { Item } = await dynamodb.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
  return Item && (Item.ttl ?? Infinity) > seconds() ? Item : undefined;
}

export class DynamoDbAdapter {
  constructor(model) {
    this.model = model;
  }

  async upsert(id, payload, expiresIn) {
    const ttl = expiresIn ? seconds() + expiresIn : undefined;
    const puts = [{ ...itself(this.model, id), payload, ttl }];
    if (this.model === 'Session' && payload.uid) puts.push({ ...byUid(payload.uid), id, ttl });
    if (payload.grantId) puts.push({ pk: `grant/${payload.grantId}`, sk: `${this.model}/${id}`, ttl });
    await Promise.all(puts.map((Item) => dynamodb.send(new PutCommand({ TableName, Item }))));
  }

  async find(id) {
    const item = await read(itself(this.model, id));
    return item && { ...item.payload, consumed: item.used_at };
  }

  async findByUid(uid) {
    const pointer = await read(byUid(uid));
    return pointer && this.find(pointer.id);
  }

  async findByUserCode() {
    return undefined; // the device flow is switched off
  }

  async consume(id) {
    await dynamodb.send(new UpdateCommand({
      TableName,
      Key: itself(this.model, id),
      UpdateExpression: 'SET used_at = :now',
      ExpressionAttributeValues: { ':now': seconds() },
    }));
  }

  async destroy(id) {
    await dynamodb.send(new DeleteCommand({ TableName, Key: itself(this.model, id) }));
  }

  async revokeByGrantId(grantId) {
    const { Items } = await dynamodb.send(new QueryCommand({
      TableName,
      KeyConditionExpression: 'pk = :grant',
      ExpressionAttributeValues: { ':grant': `grant/${grantId}` },
    }));
    await Promise.all(Items.flatMap(({ pk, sk }) => [{ pk: sk, sk: 'self' }, { pk, sk }])
      .map((Key) => dynamodb.send(new DeleteCommand({ TableName, Key }))));
  }
}
