"""What a deployment needs with few people and with very many: requests and searches."""
