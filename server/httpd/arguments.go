package httpd

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"

	"postern/shared/fault"
)

// What the arguments of one request may be.
const (
	maxBody      = 1 << 20 // bytes
	maxArguments = 1000
	maxNameBytes = 256
	maxJSONDepth = 16
)

// tooLarge is the code of the one fault that has an HTTP status of its own, 413.
const tooLarge fault.Code = "too_large"

// Arguments reads the arguments of a call: those of the query, then those of
// the body, which may repeat a name. Old clients send forms with any
// Content-Type or none, so a body is read as one unless it is multipart or JSON
// and says so. The error is a fault.Invalid; with it come the arguments that
// were read until then, which say in what dialect the caller must be answered.
func Arguments(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	args, err := readForm(r.URL.RawQuery, "query")
	if err != nil {
		return args, err
	}
	if err := readBody(w, r, args); err != nil {
		return args, err
	}
	return args, bounded(args)
}

// bounded holds the arguments to their number and the length of their names.
func bounded(args url.Values) error {
	n := 0
	for name, texts := range args {
		if n += len(texts); len(name) > maxNameBytes {
			return fault.New(fault.Invalid, "An argument’s name may have %d bytes.", maxNameBytes)
		}
	}
	if n > maxArguments {
		return fault.New(fault.Invalid, "A request may have %d arguments.", maxArguments)
	}
	return nil
}

func readBody(w http.ResponseWriter, r *http.Request, args url.Values) error {
	if r.Body == nil || r.Body == http.NoBody {
		return nil
	}
	// This reader ends the connection too, so that nobody goes on sending.
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return bodyTooLarge()
	}
	if err != nil {
		return fault.New(fault.Invalid, "The request’s body could not be read.: %w", err)
	}
	kind, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case len(body) == 0:
		return nil
	case kind == "multipart/form-data":
		return readMultipart(string(body), params["boundary"], args)
	case kind == "application/json" || strings.HasSuffix(kind, "+json"):
		return readJSON(body, args)
	}
	form, err := readForm(strings.TrimRight(string(body), "\r\n"), "body")
	if err != nil {
		return err
	}
	merge(args, form)
	return nil
}

func bodyTooLarge() error {
	f := fault.New(fault.Invalid, "The request’s body may have %d bytes.", maxBody)
	f.Code = tooLarge
	return f
}

// readForm reads name=value pairs. A semicolon is no separator but a character,
// as in the URL standard's form parser: passwords hold it.
func readForm(s, where string) (url.Values, error) {
	args := url.Values{}
	if strings.Count(s, "&") >= maxArguments*2 {
		return args, fault.New(fault.Invalid, "A request may have %d arguments.", maxArguments)
	}
	for pair := range strings.SplitSeq(s, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		n, err := url.QueryUnescape(name)
		v, err2 := url.QueryUnescape(value)
		if err = errors.Join(err, err2); err != nil {
			return args, fault.New(fault.Invalid, "The request’s %s is not URI-encoded: after a percent sign come two hexadecimal digits. %w", where, err)
		}
		args[n] = append(args[n], v)
	}
	return args, nil
}

// readMultipart reads the fields of a form. Files are passed over: no function takes one.
func readMultipart(body, boundary string, args url.Values) error {
	if boundary == "" {
		return fault.New(fault.Invalid, "The request’s multipart body names no boundary.")
	}
	parts := multipart.NewReader(strings.NewReader(body), boundary)
	for n := 0; ; n++ {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fault.New(fault.Invalid, "The request’s multipart body is not well formed.: %w", err)
		}
		if n > maxArguments {
			return fault.New(fault.Invalid, "A request may have %d arguments.", maxArguments)
		}
		name := part.FormName()
		if name == "" || part.FileName() != "" {
			continue
		}
		value, err := io.ReadAll(part) // no longer than the body
		if err != nil {
			return fault.New(fault.Invalid, "The request’s multipart body is not well formed.: %w", err)
		}
		args[name] = append(args[name], string(value))
	}
}

func merge(into, from url.Values) {
	for name, texts := range from {
		into[name] = append(into[name], texts...)
	}
}

// deep says that a JSON body has too many levels.
func deep() error {
	return fault.New(fault.Invalid, "%s", fmt.Sprintf("A JSON body may be %d levels deep.", maxJSONDepth))
}
