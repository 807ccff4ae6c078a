"""What any endpoint may answer."""

TEMPLATES = {
    "service.busy": "The service is busy. Try again in a moment.",
    "service.too_many_attempts": "Too many attempts. Wait a little and try again.",
}
