package wire

import (
	"postern/shared/fault"
	"postern/shared/function"
)

// WHM0 is the envelope of WHM API 0, which a call without api.version is
// answered in: the members of the answer stand beside status and statusmsg, in
// an array of one hash if the function's declaration says so. XML's root is the
// function's name.
//
//	{"status":1,"statusmsg":"OK",…}
//	{"result":[{"status":1,"statusmsg":"OK",…}]}
//	{"error":"Unknown App Requested: f"}
func WHM0(command string, old function.Old, r function.Reply, err error) Envelope {
	e := Envelope{root: command}
	raw, none, broken := data(r)
	if err == nil {
		err = broken
	}
	if err != nil {
		f := fault.Of(err)
		if unknown(f) {
			e.root, e.members = short(command), object{{"error", unknownWHM0(command)}}
		} else {
			e.members = wrapped(old, object{{"status", 0}, {"statusmsg", f.Message}})
		}
		return e.failed(f, err)
	}
	var members object
	if !old.Bare {
		members = object{{"status", 1}, {"statusmsg", reasonOf(r.Notes)}}
	}
	if r.Notes.Raw != "" {
		members = append(members, member{"rawout", r.Notes.Raw})
	}
	switch {
	case none:
	case old.Inside != "":
		members = append(members, member{old.Inside, raw})
	case raw.shape() == '{':
		for _, m := range raw.members() {
			if renamed, has := old.Rename[m.name]; has {
				m.name = renamed
			}
			members = members.set(m)
		}
	default:
		name := "payload"
		if renamed, has := old.Rename[name]; has {
			name = renamed
		}
		members = append(members, member{name, raw})
	}
	e.members = wrapped(old, members)
	return e
}

func wrapped(old function.Old, members object) object {
	if members == nil {
		members = object{}
	}
	if old.Wrap == "" {
		return members
	}
	return object{{old.Wrap, []object{members}}}
}

// set adds a member, in the place of one by that name.
func (o object) set(m member) object {
	for i := range o {
		if o[i].name == m.name {
			o[i] = m
			return o
		}
	}
	return append(o, m)
}
