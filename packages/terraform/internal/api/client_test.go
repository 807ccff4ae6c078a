package api

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// server answers /token, and each other request by the next of these functions; the last one answers the rest.
type server struct {
	*httptest.Server
	lock   sync.Mutex
	next   []http.HandlerFunc
	tokens int
	seen   []*http.Request
	waits  []time.Duration
}

func serve(t *testing.T, next ...http.HandlerFunc) (*server, *Client) {
	t.Helper()
	it := &server{next: next}
	it.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		it.lock.Lock()
		defer it.lock.Unlock()
		if r.URL.Path == "/token" {
			it.tokens++
			_, _ = io.WriteString(w, `{"access_token": "t`+strings.Repeat("x", it.tokens)+`", "expires_in": 600}`)
			return
		}
		it.seen = append(it.seen, r)
		answer := it.next[0]
		if len(it.next) > 1 {
			it.next = it.next[1:]
		}
		answer(w, r)
	}))
	t.Cleanup(it.Close)
	client, err := New(it.URL, "app_ci", "s3cret-of-the-service", nil, "test")
	if err != nil {
		t.Fatal(err)
	}
	client.pause = func(_ context.Context, long time.Duration) error {
		it.waits = append(it.waits, long)
		return nil
	}
	return it, client
}

func status(code int, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(code)
		if code == http.StatusOK {
			_, _ = io.WriteString(w, `{"name": "editor"}`)
		}
	}
}

func lost(w http.ResponseWriter, _ *http.Request) {
	connection, _, _ := w.(http.Hijacker).Hijack()
	_ = connection.Close()
}

func TestARefusalForNowIsRepeatedAfterItsTime(t *testing.T) {
	it, client := serve(t, status(503, "Retry-After", "7"), status(429, "Retry-After", "2"), status(503), status(200, "ETag", `"3"`))
	found, err := client.Do(t.Context(), Call{Method: "PATCH", Path: "/roles/editor", Body: map[string]any{}, IfMatch: `"2"`})
	if err != nil || found.ETag != `"3"` {
		t.Fatal(found, err)
	}
	if want := []time.Duration{7 * time.Second, 2 * time.Second, 4 * time.Second}; len(it.waits) != 3 || it.waits[0] != want[0] || it.waits[1] != want[1] || it.waits[2] != want[2] {
		t.Fatal(it.waits)
	}
	if it.seen[3].Header.Get("If-Match") != `"2"` {
		t.Fatal("the version is not in the last request")
	}
}

func TestARefusalForNowIsRepeatedFiveTimesAtMost(t *testing.T) {
	it, client := serve(t, status(503, "Retry-After", "9999"))
	_, err := client.Do(t.Context(), Call{Method: "GET", Path: "/roles/editor"})
	if !HasStatus(err, 503) || len(it.seen) != tries {
		t.Fatal(err, len(it.seen))
	}
	if it.waits[0] != longestWait {
		t.Fatal("it waits for as long as the answer says:", it.waits)
	}
}

func TestALostAnswerOfANewObjectIsRepeatedWithTheSameKey(t *testing.T) {
	it, client := serve(t, lost, status(502), status(503), status(200))
	if _, err := client.Do(t.Context(), Call{Method: "POST", Path: "/roles", Body: map[string]any{"name": "editor"}, Once: true}); err != nil {
		t.Fatal(err)
	}
	key := it.seen[0].Header.Get("Idempotency-Key")
	for _, each := range it.seen {
		if key == "" || each.Header.Get("Idempotency-Key") != key {
			t.Fatal(key, each.Header.Get("Idempotency-Key"))
		}
	}
	before := len(it.seen)
	if _, err := client.Do(t.Context(), Call{Method: "POST", Path: "/roles", Once: true}); err != nil || it.seen[before].Header.Get("Idempotency-Key") == key {
		t.Fatal("another request has the same key", err)
	}
}

func TestALostAnswerOfAChangeIsNotRepeated(t *testing.T) {
	for _, method := range []string{"PATCH", "PUT", "DELETE", "POST"} {
		it, client := serve(t, lost, status(200))
		if _, err := client.Do(t.Context(), Call{Method: method, Path: "/roles/editor"}); err == nil || len(it.seen) != 1 {
			t.Fatal(method, err, len(it.seen))
		}
	}
}

func TestATokenThatIsRefusedIsReplacedOnce(t *testing.T) {
	it, client := serve(t, status(401), status(200))
	if _, err := client.Do(t.Context(), Call{Method: "DELETE", Path: "/roles/editor"}); err != nil || it.tokens != 2 {
		t.Fatal(err, it.tokens)
	}
	it, client = serve(t, status(401))
	if _, err := client.Do(t.Context(), Call{Method: "GET", Path: "/roles/editor"}); !HasStatus(err, 401) || len(it.seen) != 2 {
		t.Fatal(err, len(it.seen))
	}
}

func TestATokenIsKeptUntilShortlyBeforeItsEnd(t *testing.T) {
	it, client := serve(t, status(200))
	at := time.Unix(0, 0)
	client.token.now = func() time.Time { return at }
	for _, each := range []struct{ second, tokens int }{{0, 1}, {569, 1}, {571, 2}} {
		at = time.Unix(int64(each.second), 0)
		if _, err := client.Do(t.Context(), Call{Method: "GET", Path: "/roles/editor"}); err != nil || it.tokens != each.tokens {
			t.Fatal(each, err, it.tokens)
		}
	}
}

func TestARedirectIsNotFollowed(t *testing.T) {
	stolen := false
	thief := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { stolen = true }))
	defer thief.Close()
	_, client := serve(t, status(307, "Location", thief.URL))
	if _, err := client.Do(t.Context(), Call{Method: "GET", Path: "/roles/editor"}); err == nil || stolen {
		t.Fatal(err, stolen)
	}
}

func TestAnIssuerThatWouldShowTheTokenIsRefused(t *testing.T) {
	for _, each := range []string{"http://id.example.com", "id.example.com", "ftp://id.example.com", "https://", "", "https://a:b@id.example.com", "https://id.example.com/?a=b", "http://localhost.example.com"} {
		if _, err := New(each, "a", "b", nil, "test"); err == nil {
			t.Error(each)
		}
	}
	for _, each := range []string{"https://id.example.com", "http://localhost:8000", "http://127.0.0.1:8000/"} {
		if _, err := New(each, "a", "b", nil, "test"); err != nil {
			t.Error(each, err)
		}
	}
}

func TestNoErrorHasASecret(t *testing.T) {
	answers := []http.HandlerFunc{status(400), status(302, "Location", "/"), func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>") }, lost}
	for _, each := range answers {
		_, client := serve(t, each)
		_, err := client.Do(t.Context(), Call{Method: "PATCH", Path: "/connections/github", Body: map[string]any{"secret": "s3cret-of-github"}})
		if err == nil || strings.Contains(err.Error(), "s3cret") || strings.Contains(err.Error(), "Bearer") {
			t.Error(err)
		}
	}
}

func TestAProblemSaysWhatTheAPISays(t *testing.T) {
	_, client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(403)
		_, _ = io.WriteString(w, `{"title": "Forbidden", "detail": "The token lacks roles:write.", "request_id": "r1"}`)
	})
	_, err := client.Do(t.Context(), Call{Method: "DELETE", Path: "/roles/editor"})
	if err == nil || err.Error() != "The token lacks roles:write. (403, request r1)" {
		t.Fatal(err)
	}
}
