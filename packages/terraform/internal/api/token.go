package api

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

const early = 30 * time.Second

// tokens gets an access token by the client_credentials grant (RFC 6749 §4.4), and keeps it until half a minute before its end.
type tokens struct {
	url, resource, id, secret string
	scopes                    []string
	now                       func() time.Time
	send                      func(context.Context, string, string, http.Header, []byte) (reply, error)

	lock  sync.Mutex
	token string
	until time.Time
}

func (t *tokens) get(ctx context.Context) (string, error) {
	t.lock.Lock()
	defer t.lock.Unlock()
	if t.token != "" && t.now().Before(t.until) {
		return t.token, nil
	}
	for number := 1; ; number++ {
		found, err := t.ask(ctx)
		if err != nil {
			return "", err
		}
		if number < tries && isWorthAnother(found.status, true) {
			if err := sleep(ctx, wait(found, number)); err != nil {
				return "", err
			}
			continue
		}
		return t.keep(found)
	}
}

func (t *tokens) ask(ctx context.Context) (reply, error) {
	form := url.Values{"grant_type": {"client_credentials"}, "resource": {t.resource}}
	if len(t.scopes) > 0 {
		form.Set("scope", strings.Join(t.scopes, " "))
	}
	pair := url.QueryEscape(t.id) + ":" + url.QueryEscape(t.secret) // RFC 6749 §2.3.1
	header := http.Header{
		"Authorization": {"Basic " + base64.StdEncoding.EncodeToString([]byte(pair))},
		"Content-Type":  {"application/x-www-form-urlencoded"},
	}
	found, err := t.send(ctx, http.MethodPost, t.url, header, []byte(form.Encode()))
	if err != nil {
		return reply{}, fmt.Errorf("the token endpoint: %w", err)
	}
	return found, nil
}

func (t *tokens) keep(found reply) (string, error) {
	var told struct {
		Token       string  `json:"access_token"`
		ExpiresIn   float64 `json:"expires_in"`
		Error       string  `json:"error"`
		Description string  `json:"error_description"`
	}
	err := json.Unmarshal(found.body, &told)
	if found.status != http.StatusOK {
		return "", fmt.Errorf("the token endpoint refused (%d): %s", found.status, strings.TrimSpace(told.Error+" "+told.Description))
	}
	if err != nil || told.Token == "" {
		return "", errors.New("the answer of the token endpoint has no token: is the issuer right?")
	}
	t.token, t.until = told.Token, t.now().Add(time.Duration(told.ExpiresIn*float64(time.Second))-early)
	return t.token, nil
}

// forget makes the next call get another token, if this one is still the kept one.
func (t *tokens) forget(token string) {
	t.lock.Lock()
	defer t.lock.Unlock()
	if t.token == token {
		t.token = ""
	}
}
