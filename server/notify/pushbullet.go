package notify

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"

	"postern/server/dispatch"
	"postern/server/egress"
	"postern/shared/catalog"
	"postern/shared/fault"
)

func (r *Room) sendPushbullet(ctx context.Context, c dispatch.Call, in catalog.SendTestPushbulletRequest) (catalog.PushbulletSent, error) {
	if !isToken(in.AccessToken) {
		return catalog.PushbulletSent{}, fault.Bad("access_token", tokenAllowed)
	}
	s, err := load(ctx, c.DB)
	if err != nil {
		return catalog.PushbulletSent{}, err
	}
	ctx, there, cancel := r.within(ctx)
	defer cancel()
	out, err := r.push(ctx, c, s, in.AccessToken, there)
	return out, r.record(ctx, c, &catalog.SendTestPushbullet.Function, map[string]string{"message_id": out.MessageID}, err)
}

func (r *Room) verifyPushbullet(ctx context.Context, c dispatch.Call, _ struct{}) (out catalog.PushbulletResults, err error) {
	out.Results = []catalog.PushbulletResult{}
	err = r.each(ctx, c, &catalog.VerifyPushbullet.Function, pushbulletNote, "Pushbullet token", &out.Notes,
		func(ctx context.Context, s settings, token string, there time.Duration) (string, error) {
			row := catalog.PushbulletResult{AccessToken: ending(token)}
			sent, err := r.push(ctx, c, s, token, there)
			if row.Error = sentence(err); err == nil {
				row.Result = &sent
			}
			out.Results = append(out.Results, row)
			return "The token " + row.AccessToken, err
		})
	return out, err
}

// push sends a note and reads it back from the answer.
func (r *Room) push(ctx context.Context, c dispatch.Call, s settings, token string, there time.Duration) (out catalog.PushbulletSent, err error) {
	gate, err := s.gate()
	if err != nil {
		return out, err
	}
	if out.MessageID, err = r.messageID(c.Now); err != nil {
		return out, err
	}
	note, err := json.Marshal(map[string]string{"type": "note", "title": subject(out.MessageID), "body": r.body()})
	if err != nil {
		return out, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.PushbulletURL, bytes.NewReader(note))
	if err != nil {
		return out, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Access-Token", token) // no redirect is followed: the token goes to one server
	answer, err := gate.Client(egress.Limits{Deadline: there, Roots: r.Roots}).Do(request)
	if err != nil {
		return out, egress.Fault(err, pushbulletServer)
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		return out, egress.Fault(err, pushbulletServer)
	}
	return out, noted(answer.StatusCode, content, &out)
}

const pushbulletServer = "The Pushbullet server"

// noted judges an answer: a success that gives the note back.
func noted(status int, content []byte, out *catalog.PushbulletSent) error {
	switch {
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return fault.New(fault.Invalid, "Pushbullet does not accept the access token.")
	case status == http.StatusTooManyRequests:
		return fault.New(fault.Unavailable, "Pushbullet limits how often one may send. Try again later.")
	case status/100 != 2:
		return fault.New(fault.Unavailable, "%s answered with the status %d.", pushbulletServer, status)
	}
	var note struct{ Title, Body string }
	if err := json.Unmarshal(content, &note); err != nil {
		return fault.New(fault.Unavailable, "%s gave back no note.", pushbulletServer).Because(err)
	}
	if !strings.Contains(note.Title+note.Body, out.MessageID) {
		return fault.New(fault.Unavailable, "The note that Pushbullet gave back lacks the test message’s ID.")
	}
	out.Payload = bytes.TrimSpace(content)
	return nil
}
