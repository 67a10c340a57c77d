package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/url"
	"os"
	"strings"

	"postern/shared/fault"
)

// maxInput is how many bytes a file, or standard input, may hold: as many as the
// body of a request over HTTP.
const maxInput = 1 << 20

// arguments reads the call's arguments from the words, or from standard input.
func (o *options) arguments(stdin io.Reader) (url.Values, error) {
	if o.input == "json" {
		return readJSON(stdin)
	}
	values := url.Values{}
	for _, word := range o.words[o.named:] {
		key, value, has := strings.Cut(word, "=")
		if key = decode(key); !has || key == "" {
			return nil, fault.New(fault.Invalid, "Write every argument as key=value: “%s” is none.", key)
		}
		value, err := valueOf(key, value)
		if err != nil {
			return nil, err
		}
		values.Add(key, value)
	}
	return values, nil
}

// valueOf is a word's value: URI-decoded, or the bytes of the file that it names.
func valueOf(key, text string) (string, error) {
	path, is := strings.CutPrefix(text, "@")
	if !is {
		return decode(text), nil
	}
	file, err := os.Open(path)
	if err != nil {
		return "", unreadable(key, err)
	}
	defer file.Close()
	content, err := bounded(file)
	if err != nil {
		return "", unreadable(key, err)
	}
	return string(content), nil
}

func unreadable(key string, err error) error {
	if err == errTooLong {
		return fault.New(fault.Invalid, "The file for “%s” is longer than 1 MiB.", key)
	}
	var path *os.PathError
	if errors.As(err, &path) {
		err = path.Err
	}
	return fault.New(fault.Invalid, "The file for “%s” cannot be read: %s.", key, err.Error())
}

var errTooLong = errors.New("too long")

// bounded reads everything, if it is not too much.
func bounded(r io.Reader) ([]byte, error) {
	content, err := io.ReadAll(io.LimitReader(r, maxInput+1))
	if err == nil && len(content) > maxInput {
		err = errTooLong
	}
	return content, err
}

// decode undoes URI encoding (RFC 3986): a plus stays a plus, and a % that begins
// no escape stays as it is, for people type passwords here.
func decode(text string) string {
	if !strings.Contains(text, "%") {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '%' && i+2 < len(text) {
			if one, err := url.PathUnescape(text[i : i+3]); err == nil {
				b.WriteString(one)
				i += 2
				continue
			}
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

// readJSON reads one object: texts and numbers as they are, true and false as 1
// and 0, a list as several values, null as nothing.
func readJSON(stdin io.Reader) (url.Values, error) {
	notObject := fault.New(fault.Invalid, "With --input=json standard input holds one JSON object of at most 1 MiB.")
	content, err := bounded(stdin)
	if err != nil {
		return nil, notObject.Because(err)
	}
	d := json.NewDecoder(bytes.NewReader(content))
	d.UseNumber()
	var object map[string]any
	if err := d.Decode(&object); err != nil || object == nil {
		return nil, notObject.Because(err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, notObject
	}
	values := url.Values{}
	for key, value := range object {
		list, is := value.([]any)
		if !is {
			list = []any{value}
		}
		for _, one := range list {
			if text, has := textOf(one); has {
				values.Add(key, text)
			}
		}
	}
	return values, nil
}

func textOf(value any) (text string, has bool) {
	switch v := value.(type) {
	case nil:
		return "", false
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	case bool:
		if v {
			return "1", true
		}
		return "0", true
	}
	raw, err := json.Marshal(value) // an object within: its JSON is the text
	return string(raw), err == nil
}
