package wire

import (
	"net/url"
	"strconv"
	"strings"

	"postern/shared/function"
)

// WriteShape adds output controls to a call's arguments, as ReadShape reads
// them. What a dialect does not have is left out.
func WriteShape(name function.Name, s function.Shape, args url.Values) {
	switch name.Dialect {
	case function.OnWHM:
		writeWHM(s, args)
	case function.OnUAPI:
		writeUAPI("api.", s, args)
	default:
		writeUAPI("api2_", s, args)
	}
}

func writeWHM(s function.Shape, args url.Values) {
	for i, f := range s.Filters {
		p := "api.filter." + letters(i)
		args.Set("api.filter.enable", "1")
		args.Set(p+".field", f.Column)
		args.Set(p+".arg0", f.Term)
		args.Set(p+".type", string(f.Test))
	}
	for i, by := range s.Sorts {
		p := "api.sort." + letters(i)
		args.Set("api.sort.enable", "1")
		args.Set(p+".field", by.Column)
		args.Set(p+".reverse", bit(by.Reverse))
		if by.Method != "" {
			args.Set(p+".method", string(by.Method))
		}
	}
	if s.Page.On {
		args.Set("api.chunk.enable", "1")
		writePage(s.Page, "api.chunk.start", "api.chunk.size", args)
	}
	for i, c := range s.Columns {
		args.Set("api.columns.enable", "1")
		args.Set("api.columns."+letters(i), c.Name)
	}
}

func writeUAPI(prefix string, s function.Shape, args url.Values) {
	for i, f := range s.Filters {
		x := "_" + strconv.Itoa(i)
		args.Set(prefix+"filter", "1")
		args.Set(prefix+"filter_column"+x, f.Column)
		args.Set(prefix+"filter_term"+x, f.Term)
		args.Set(prefix+"filter_type"+x, string(f.Test))
	}
	for i, by := range s.Sorts {
		x := "_" + strconv.Itoa(i)
		args.Set(prefix+"sort", "1")
		args.Set(prefix+"sort_column"+x, by.Column)
		args.Set(prefix+"sort_reverse"+x, bit(by.Reverse))
		if by.Method != "" {
			args.Set(prefix+"sort_method"+x, string(by.Method))
		}
	}
	if s.Page.On {
		args.Set(prefix+"paginate", "1")
		writePage(s.Page, prefix+"paginate_start", prefix+"paginate_size", args)
	}
	for i, c := range s.Columns {
		args.Set(prefix+"columns", "1")
		args.Set(prefix+"columns_"+letters(i), c.Name)
	}
}

func writePage(p function.Page, start, size string, args url.Values) {
	if p.All {
		args.Set(start, "-1")
		return
	}
	args.Set(start, strconv.Itoa(max(p.Start, 1)))
	if p.Size > 0 {
		args.Set(size, strconv.Itoa(p.Size))
	}
}

// letters is the name of the i-th control in WHM: a…z, za…zz, zza…, whose
// alphabetic order is the order of the numbers.
func letters(i int) string {
	return strings.Repeat("z", i/26) + string(rune('a'+i%26))
}
