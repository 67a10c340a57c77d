package dispatch

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"postern/shared/function"
)

// rows is the list in an answer that output controls work on: the answer
// itself when it is a list, else its only member that is a list of hashes, else its only list.
type rows struct {
	list reflect.Value           // a slice
	put  func(reflect.Value) any // the answer with another list in its place
}

var marshals = reflect.TypeFor[json.Marshaler]()

// findRows looks for the rows of an answer; ok is false when it has none.
func findRows(out any) (r rows, ok bool) {
	v := reflect.ValueOf(out)
	for v.Kind() == reflect.Pointer && !v.IsNil() {
		v = v.Elem()
	}
	if !v.IsValid() {
		return r, false
	}
	if v.Type().Implements(marshals) || v.Kind() == reflect.Map {
		// The answer spells itself: look at what it spells.
		v = reflect.ValueOf(generic(out))
	}
	switch v.Kind() {
	case reflect.Slice:
		return rows{v, func(list reflect.Value) any { return list.Interface() }}, true
	case reflect.Struct:
		f, found := rowsField(v.Type())
		if !found {
			return r, false
		}
		return rows{v.FieldByIndex(f.Index), func(list reflect.Value) any {
			if list.Type() != f.Type { // columns make other rows: the struct has no place for them
				m, _ := generic(v.Interface()).(map[string]any)
				m[jsonName(f)] = list.Interface()
				return m
			}
			with := reflect.New(v.Type()).Elem()
			with.Set(v)
			with.FieldByIndex(f.Index).Set(list)
			return with.Interface()
		}}, true
	case reflect.Map:
		m := v.Interface().(map[string]any)
		key, found := onlyList(m)
		if !found {
			return r, false
		}
		return rows{reflect.ValueOf(m[key]), func(list reflect.Value) any {
			m[key] = list.Interface()
			return m
		}}, true
	}
	return r, false
}

func onlyList(m map[string]any) (key string, found bool) {
	for k, v := range m {
		if _, is := v.([]any); is {
			if found {
				return "", false
			}
			key, found = k, true
		}
	}
	return key, found
}

// rowsField is the member of a struct that holds its rows.
func rowsField(t reflect.Type) (reflect.StructField, bool) {
	var hashes, lists []reflect.StructField
	for _, f := range jsonFields(t) {
		if f.Type.Kind() != reflect.Slice || f.Type.Elem().Kind() == reflect.Uint8 {
			continue
		}
		lists = append(lists, f)
		if k := bare(f.Type.Elem()).Kind(); k == reflect.Struct || k == reflect.Map {
			hashes = append(hashes, f)
		}
	}
	if len(hashes) == 1 {
		return hashes[0], true
	}
	if len(hashes) == 0 && len(lists) == 1 {
		return lists[0], true
	}
	return reflect.StructField{}, false
}

// columns lists the names that the rows of a function's answer have. known is
// false when the declaration does not tell: its rows are maps, or spell themselves.
func columns(f *function.Function) (names []string, known, list bool) {
	row, list := rowType(f.Result)
	if !list || row == nil || row.Kind() == reflect.Map || row.Kind() == reflect.Interface || row.Implements(marshals) {
		return nil, false, list
	}
	if row.Kind() == reflect.Struct {
		for _, field := range jsonFields(row) {
			names = append(names, jsonName(field))
		}
	}
	return names, true, true
}

// numeric tells whether the declaration says that a column holds numbers.
func numeric(f *function.Function, column string) bool {
	row, _ := rowType(f.Result)
	if row == nil || row.Kind() != reflect.Struct || row.Implements(marshals) {
		return false
	}
	for _, field := range jsonFields(row) {
		if jsonName(field) == column {
			return isNumber(generic(reflect.Zero(bare(field.Type)).Interface()))
		}
	}
	return false
}

// rowType is the type of an answer's rows; nil when only the answer will tell.
func rowType(t reflect.Type) (row reflect.Type, list bool) {
	t = bare(t)
	switch {
	case t.Implements(marshals) || t.Kind() == reflect.Map || t.Kind() == reflect.Interface:
		return nil, true
	case t.Kind() == reflect.Slice:
		return bare(t.Elem()), true
	case t.Kind() == reflect.Struct:
		if f, found := rowsField(t); found {
			return bare(f.Type.Elem()), true
		}
	}
	return nil, false
}

func bare(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}

// jsonFields lists the fields that encoding/json writes, those of embedded structs included.
func jsonFields(t reflect.Type) (fields []reflect.StructField) {
	for _, f := range reflect.VisibleFields(t) {
		tag, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.IsExported() && tag != "-" && !(f.Anonymous && tag == "" && bare(f.Type).Kind() == reflect.Struct) {
			fields = append(fields, f)
		}
	}
	return fields
}

func jsonName(f reflect.StructField) string {
	if tag, _, _ := strings.Cut(f.Tag.Get("json"), ","); tag != "" {
		return tag
	}
	return f.Name
}

// generic is a value as maps, lists, texts and json.Numbers; nil if it has no JSON.
func generic(v any) any {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var t any
	if d.Decode(&t) != nil {
		return nil
	}
	return t
}

// row is one row with its cells.
type row struct {
	value reflect.Value
	cells map[string]any // of a row that is no hash: one cell by the name ""
}

// read takes the rows apart.
func (r rows) read() []row {
	list := make([]row, r.list.Len())
	for i := range list {
		list[i].value = r.list.Index(i)
		switch cells := generic(list[i].value.Interface()).(type) {
		case map[string]any:
			list[i].cells = cells
		default:
			list[i].cells = map[string]any{"": cells}
		}
	}
	return list
}

// typed is the rows as a list of their own type.
func (r rows) typed(list []row) reflect.Value {
	out := reflect.MakeSlice(r.list.Type(), 0, len(list))
	for _, one := range list {
		out = reflect.Append(out, one.value)
	}
	return out
}

// only is the rows with the named members alone.
func only(list []row, shown []function.Column) reflect.Value {
	out := make([]map[string]any, len(list))
	for i, one := range list {
		out[i] = map[string]any{}
		for name, cell := range one.cells {
			if slices.ContainsFunc(shown, func(c function.Column) bool { return c.Name == name }) {
				out[i][name] = cell
			}
		}
	}
	return reflect.ValueOf(out)
}
