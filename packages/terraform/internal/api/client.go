// Package api calls the admin API: tokens, repetition, versions, refusals.
package api

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Prefix is the path of the admin API below the issuer.
const Prefix = "/admin/v1"

const (
	largest = 16 << 20
	timeout = 30 * time.Second
)

// Client is a caller of the admin API.
type Client struct {
	issuer string
	http   *http.Client
	token  *tokens
	agent  string
	pause  func(context.Context, time.Duration) error
}

// Answer is an answer of the API: its JSON object, and the version of the object.
type Answer struct {
	Body map[string]any
	ETag string
}

// Call is one request. Once: it gets an Idempotency-Key, so that it is done once also if it is sent twice. IfAbsent: it writes only what
// does not exist yet.
type Call struct {
	Method   string
	Path     string
	Body     any
	IfMatch  string
	IfAbsent bool
	Once     bool
}

// New returns a client with the rights of a service client. The token goes to this issuer only: by https, or to this machine.
func New(issuer, clientID, secret string, scopes []string, agent string) (*Client, error) {
	at, err := url.Parse(issuer)
	if err != nil || at.Hostname() == "" || at.User != nil || at.RawQuery != "" || at.Fragment != "" {
		return nil, errors.New("the issuer must be the URL of the provider, such as https://id.example.com")
	}
	if at.Scheme != "https" && !(at.Scheme == "http" && isLoopback(at.Hostname())) {
		return nil, errors.New("the issuer must begin with https://; http:// is for this machine only")
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	caller := &http.Client{Timeout: timeout, Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse // a token goes to no other address than the one that was named
	}}
	issuer = strings.TrimRight(issuer, "/")
	found := &Client{issuer: issuer, http: caller, agent: agent, pause: sleep}
	found.token = &tokens{url: issuer + "/token", resource: issuer + Prefix, id: clientID, secret: secret, scopes: scopes, now: time.Now, send: found.send}
	return found, nil
}

func isLoopback(host string) bool { return host == "localhost" || host == "127.0.0.1" || host == "::1" }

// Do sends a request, again if that can help, and returns its answer. The error is a *Problem if the API refused.
func (c *Client) Do(ctx context.Context, call Call) (Answer, error) {
	var body []byte
	if call.Body != nil {
		encoded, err := json.Marshal(call.Body)
		if err != nil {
			return Answer{}, errors.New("the request is no JSON")
		}
		body = encoded
	}
	header := http.Header{"Accept": {"application/json"}}
	if body != nil {
		header.Set("Content-Type", "application/json")
	}
	if call.IfMatch != "" {
		header.Set("If-Match", call.IfMatch)
	}
	if call.IfAbsent {
		header.Set("If-None-Match", "*")
	}
	if call.Once {
		header.Set("Idempotency-Key", newKey())
	}
	reply, err := c.repeat(ctx, call, header, body)
	if err != nil {
		return Answer{}, err
	}
	return answer(reply)
}

func answer(reply reply) (Answer, error) {
	if reply.status >= 400 {
		return Answer{}, problemOf(reply)
	}
	if reply.status < 200 || reply.status > 299 {
		return Answer{}, fmt.Errorf("the answer has the status %d, which is none of the admin API: is the issuer right?", reply.status)
	}
	found := Answer{ETag: reply.header.Get("ETag")}
	if len(reply.body) > 0 {
		decoder := json.NewDecoder(bytes.NewReader(reply.body))
		decoder.UseNumber()
		if err := decoder.Decode(&found.Body); err != nil {
			return Answer{}, errors.New("the answer is no JSON object: is the issuer right?")
		}
	}
	return found, nil
}

type reply struct {
	status int
	header http.Header
	body   []byte
}

func (c *Client) send(ctx context.Context, method, url string, header http.Header, body []byte) (reply, error) {
	var content io.Reader
	if body != nil {
		content = bytes.NewReader(body)
	}
	request, err := http.NewRequestWithContext(ctx, method, url, content)
	if err != nil {
		return reply{}, errors.New("the request has no valid URL")
	}
	request.Header = header.Clone()
	request.Header.Set("User-Agent", c.agent)
	response, err := c.http.Do(request)
	if err != nil {
		return reply{}, fmt.Errorf("no answer: %w", err)
	}
	defer response.Body.Close()
	read, err := io.ReadAll(io.LimitReader(response.Body, largest))
	if err != nil {
		return reply{}, fmt.Errorf("no whole answer: %w", err)
	}
	return reply{response.StatusCode, response.Header, read}, nil
}

func newKey() string { return "terraform-" + rand.Text() }
