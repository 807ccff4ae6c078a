package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

// Field is what is wrong with one member of a request.
type Field struct {
	Field  string `json:"field"`
	Detail string `json:"detail"`
}

// Problem is a refusal of the admin API (RFC 9457).
type Problem struct {
	Status    int     `json:"-"`
	Title     string  `json:"title"`
	Detail    string  `json:"detail"`
	RequestID string  `json:"request_id"`
	Errors    []Field `json:"errors"`
}

func (p *Problem) Error() string {
	text := p.Detail
	if text == "" {
		text = http.StatusText(p.Status)
	}
	if p.RequestID != "" {
		return fmt.Sprintf("%s (%d, request %s)", text, p.Status, p.RequestID)
	}
	return fmt.Sprintf("%s (%d)", text, p.Status)
}

func problemOf(found reply) *Problem {
	told := &Problem{}
	if json.Unmarshal(found.body, told) != nil {
		told = &Problem{}
	}
	told.Status = found.status
	return told
}

// HasStatus tells whether the API refused with this status.
func HasStatus(err error, status int) bool {
	var problem *Problem
	return errors.As(err, &problem) && problem.Status == status
}
