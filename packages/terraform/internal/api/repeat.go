package api

import (
	"context"
	"net/http"
	"strconv"
	"time"
)

const (
	tries       = 5
	longestWait = 60 * time.Second
)

// repeat sends a request, again after an overload, a lost answer, or a token that ended.
//
// A refusal with 429 or 503 did nothing, so every request is sent again. After a lost answer it is known only of reads and of requests with
// a key that the second one does no harm.
func (c *Client) repeat(ctx context.Context, call Call, header http.Header, body []byte) (reply, error) {
	safe, renewed := call.Method == http.MethodGet || call.Once, false
	for number := 1; ; number++ {
		token, err := c.token.get(ctx)
		if err != nil {
			return reply{}, err
		}
		header.Set("Authorization", "Bearer "+token)
		found, err := c.send(ctx, call.Method, c.issuer+Prefix+call.Path, header, body)
		last := number >= tries || ctx.Err() != nil
		switch {
		case err != nil && (last || !safe):
			return reply{}, err
		case err == nil && found.status == http.StatusUnauthorized && !renewed:
			c.token.forget(token) // refused before anything was done
			renewed = true
			continue
		case err == nil && (last || !isWorthAnother(found.status, safe)):
			return found, nil
		}
		if err := c.pause(ctx, wait(found, number)); err != nil {
			return reply{}, err
		}
	}
}

func isWorthAnother(status int, safe bool) bool {
	switch status {
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		return true
	case http.StatusBadGateway, http.StatusGatewayTimeout:
		return safe
	}
	return false
}

// wait returns how long to wait before the next try: what Retry-After says, or one second, two, four.
func wait(found reply, number int) time.Duration {
	if seconds, err := strconv.Atoi(found.header.Get("Retry-After")); err == nil && seconds >= 0 {
		return min(time.Duration(seconds)*time.Second, longestWait)
	}
	return min(time.Second<<(number-1), longestWait)
}

func sleep(ctx context.Context, long time.Duration) error {
	timer := time.NewTimer(long)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
