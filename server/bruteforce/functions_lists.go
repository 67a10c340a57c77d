package bruteforce

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"unicode"
	"unicode/utf8"

	"postern/server/dispatch"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/scalar"
)

// record is what is asked to be listed.
type listRecord struct {
	IP      string `json:"ip"`
	Comment string `json:"comment"`
}

// maxRecords is how many addresses one call may name.
const maxRecords = 1000

func (r *Room) create(ctx context.Context, c dispatch.Call, in catalog.CreateCPHulkRecordRequest) (out catalog.CPHulkRecordsAdded, err error) {
	if len(in.IPs) > maxRecords {
		return out, fault.Bad("ip", fmt.Sprintf("use at most %d", maxRecords))
	}
	records := make([]listRecord, len(in.IPs))
	for i, ip := range in.IPs {
		records[i] = listRecord{ip, in.Comment}
	}
	all, err := add(ctx, c, in.List, records, in.SkipEnabledCheck)
	all.Comment = in.Comment
	return all.CPHulkRecordsAdded, err
}

func (r *Room) batchCreate(ctx context.Context, c dispatch.Call, in catalog.BatchCreateCPHulkRecordsRequest) (out catalog.CPHulkBatchAdded, err error) {
	if len(in.Records) > maxRecords {
		return out, fault.Bad("records", fmt.Sprintf("use at most %d", maxRecords))
	}
	records := make([]listRecord, len(in.Records))
	for i, text := range in.Records {
		d := json.NewDecoder(bytes.NewReader([]byte(text)))
		if d.Decode(&records[i]) != nil || d.More() || records[i].IP == "" || len(records[i].IP) > 100 {
			return out, fault.Bad("records", "use objects with an ip and, if wanted, a comment, as JSON")
		}
		if !plain(records[i].Comment) {
			return out, fault.Bad("records", fmt.Sprintf("use comments of at most %d bytes without control characters", maxComment))
		}
	}
	return add(ctx, c, in.List, records, in.SkipEnabledCheck)
}

const maxComment = 255

func plain(text string) bool {
	if len(text) > maxComment || !utf8.ValidString(text) {
		return false
	}
	for _, r := range text {
		if unicode.IsControl(r) {
			return false
		}
	}
	return true
}

// add lists what is an address and tells of what is none.
func add(ctx context.Context, c dispatch.Call, list string, records []listRecord, skip catalog.SkipEnabledCheck) (out catalog.CPHulkBatchAdded, err error) {
	if err := mustBeOn(ctx, c, skip); err != nil {
		return out, err
	}
	out.List, out.Added, out.OriginalAdded, out.Failed = list, []string{}, []string{}, map[string]string{}
	for _, record := range records {
		s, ok := readSpan(record.IP)
		if !ok {
			out.Failed[record.IP] = invalid(record.IP)
			continue
		}
		added, err := addListed(ctx, c.DB, list, s, record.Comment, c.Now)
		if err != nil {
			return out, err
		}
		if !added {
			out.Failed[record.IP] = fmt.Sprintf("The list is full: it has %d entries.", maxListed)
			continue
		}
		if list == "white" {
			n, err := unlockSpan(ctx, c.DB, s, c.Now)
			if err != nil {
				return out, err
			}
			out.Unblocked += n
		}
		out.Added, out.OriginalAdded = append(out.Added, s.String()), append(out.OriginalAdded, record.IP)
	}
	out.Requester, err = requester(ctx, c)
	return out, err
}

// invalid is cPanel's sentence for what is no address.
func invalid(ip string) string { return fmt.Sprintf("Invalid IP address or range: %q", ip) }

func requester(ctx context.Context, c dispatch.Call) (catalog.Requester, error) {
	if !c.Address.IsValid() {
		return catalog.Requester{}, nil
	}
	is, err := white(ctx, c.DB, c.Address)
	return catalog.Requester{RequesterIP: clean(c.Address).String(), WhiteListed: scalar.Bit(is)}, err
}

func (r *Room) delete(ctx context.Context, c dispatch.Call, in catalog.DeleteCPHulkRecordRequest) (out catalog.CPHulkRecordsRemoved, err error) {
	if len(in.IPs) > maxRecords {
		return out, fault.Bad("ip", fmt.Sprintf("use at most %d", maxRecords))
	}
	if err := mustBeOn(ctx, c, in.SkipEnabledCheck); err != nil {
		return out, err
	}
	out.List, out.Removed, out.Failed = in.List, []string{}, map[string]string{}
	for _, ip := range in.IPs {
		s, ok := readSpan(ip)
		if !ok {
			out.Failed[ip] = invalid(ip)
			continue
		}
		removed, err := removeListed(ctx, c.DB, in.List, s)
		if err != nil {
			return out, err
		}
		if !removed {
			out.Failed[ip] = fmt.Sprintf("It is not on the %s list.", in.List)
			continue
		}
		out.Removed = append(out.Removed, s.String())
	}
	out.Requester, err = requester(ctx, c)
	return out, err
}

func (r *Room) read(ctx context.Context, c dispatch.Call, in catalog.ReadCPHulkRecordsRequest) (out catalog.CPHulkRecords, err error) {
	if err := mustBeOn(ctx, c, in.SkipEnabledCheck); err != nil {
		return out, err
	}
	out.List = in.List
	if out.InList, err = listed(ctx, c.DB, in.List); err != nil {
		return out, err
	}
	if out.Requester, err = requester(ctx, c); err != nil {
		return out, err
	}
	if !out.WhiteListed && out.RequesterIP != "" {
		out.WarningIP = "The IP address is not on the white list."
	}
	return out, nil
}
