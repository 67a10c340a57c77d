package notify

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"postern/server/dispatch"
	"postern/server/egress"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/scalar"
)

func (r *Room) sendPostURL(ctx context.Context, c dispatch.Call, in catalog.SendTestPostURLRequest) (catalog.PostURLSent, error) {
	u, err := webURL("url", in.URL)
	if err != nil {
		return catalog.PostURLSent{}, err
	}
	s, err := load(ctx, c.DB)
	if err != nil {
		return catalog.PostURLSent{}, err
	}
	ctx, there, cancel := r.within(ctx)
	defer cancel()
	out, err := r.post(ctx, c, s, u, there)
	return out, r.record(ctx, c, &catalog.SendTestPostURL.Function, map[string]string{"host": u.Host, "message_id": out.MessageID}, err)
}

func (r *Room) verifyPostURL(ctx context.Context, c dispatch.Call, _ struct{}) (out catalog.PostURLResults, err error) {
	out.Results = []catalog.PostURLResult{}
	err = r.each(ctx, c, &catalog.VerifyPostURL.Function, postURL, "URL", &out.Notes,
		func(ctx context.Context, s settings, text string, there time.Duration) (string, error) {
			u, err := webURL("posturl", text)
			if err != nil {
				return "A URL that is kept", err
			}
			row := catalog.PostURLResult{URL: shown(u)}
			sent, err := r.post(ctx, c, s, u, there)
			if row.Error = sentence(err); err == nil {
				row.Result = &sent
			}
			out.Results = append(out.Results, row)
			return row.URL, err
		})
	return out, err
}

// maxRedirects that a URL may need: from http to https, and to where it is now.
const maxRedirects = 3

// post sends the form and reads the subject back from the answer.
func (r *Room) post(ctx context.Context, c dispatch.Call, s settings, u *url.URL, there time.Duration) (out catalog.PostURLSent, err error) {
	gate, err := s.gate()
	if err != nil {
		return out, err
	}
	if out.MessageID, err = r.messageID(c.Now); err != nil {
		return out, err
	}
	form := url.Values{"hostname": {r.Hostname}, "subject": {subject(out.MessageID)}, "body": {r.body()}}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), strings.NewReader(form.Encode()))
	if err != nil {
		return out, fault.Bad("url", "use an http or https URL")
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("User-Agent", "Postern")
	const server = "The URL’s server"
	answer, err := gate.Client(egress.Limits{Deadline: there, Redirects: maxRedirects, Roots: r.Roots}).Do(request)
	if err != nil {
		return out, egress.Fault(err, server)
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		return out, egress.Fault(err, server)
	}
	out.Payload = payloadOf(answer, content)
	switch {
	case !bool(out.Payload.Success):
		return out, fault.New(fault.Unavailable, "%s answered with the status %d.", server, answer.StatusCode)
	case !strings.Contains(out.Payload.Content, out.MessageID):
		return out, fault.New(fault.Unavailable, "The answer lacks the test message’s ID: the URL must give the subject back.")
	}
	return out, nil
}

// payloadOf tells an HTTP answer.
func payloadOf(answer *http.Response, content []byte) catalog.PostURLPayload {
	p := catalog.PostURLPayload{
		Content: strings.ToValidUTF8(string(content), "\uFFFD"), Headers: map[string]string{}, Protocol: answer.Proto,
		Status: strconv.Itoa(answer.StatusCode), Success: scalar.Bit(answer.StatusCode/100 == 2), URL: shown(answer.Request.URL),
	}
	_, p.Reason, _ = strings.Cut(answer.Status, " ")
	p.Reason = strings.ToValidUTF8(p.Reason, "\uFFFD")
	for name, values := range answer.Header {
		p.Headers[strings.ToLower(name)] = strings.ToValidUTF8(strings.Join(values, ", "), "\uFFFD")
	}
	return p
}
