package pages

import (
	"slices"
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/texts"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/form"
)

// privilegeGroups says what belongs together, by what a privilege's name holds;
// what no group takes is in the last. The names of the groups are texts.
var privilegeGroups = []struct {
	key   string
	parts []string
}{
	{"all", []string{"all"}},
	{"accounts", []string{"acct", "account", "passwd", "create-user-session", "cpanel-api", "digest-auth", "demo-setup", "rearrange"}},
	{"packages", []string{"pkg", "packages", "allow-", "quota", "bandwidth", "shell", "enhancements"}},
	{"access", []string{"token", "oidc", "cpanel-integration", "connected", "cors", "basic-whm"}},
	{"dns", []string{"dns", "ns-config", "edit-mx"}},
	{"mail", []string{"mail"}},
	{"ssl", []string{"ssl"}},
	{"server", nil},
}

// grouped are the privileges of each group.
func grouped() map[string][]catalog.Privilege {
	groups := map[string][]catalog.Privilege{}
	for _, one := range catalog.Privileges {
		groups[groupOf(one.Name)] = append(groups[groupOf(one.Name)], one)
	}
	return groups
}

func groupOf(name string) string {
	for _, g := range privilegeGroups {
		for _, part := range g.parts {
			if name == part || part != "all" && strings.Contains(name, part) {
				return g.key
			}
		}
	}
	return privilegeGroups[len(privilegeGroups)-1].key
}

// aclField is a privilege as a parameter of setacls.
func aclField(one catalog.Privilege) form.Field {
	return form.Field{Name: privilegeID(one.Name), Doc: one.Doc}
}

func privilegeID(name string) string { return "acl-" + name }

// ticked are the privileges that are ticked now.
func ticked() []string {
	var names []string
	for _, one := range catalog.Privileges {
		if components.Ticked(privilegeID(one.Name)) {
			names = append(names, one.Name)
		}
	}
	return names
}

// privileges draws one reseller's privileges, group by group.
func (p *AdminResellers) privileges() app.UI {
	words := texts.Now().Admin.Resellers
	back := app.A().Href(resellersPath).Class("glyph-text mb-3").Body(components.Icon("arrow-left"), app.Text(words.Back))
	var content app.UI
	switch {
	case p.held.Err != nil && !p.held.Have:
		content = components.Failed(p.held.Err, p.onAgain)
	case !p.held.Have:
		content = components.Table{Loading: true}.UI()
	case len(p.held.Value) == 0:
		content = components.Failed(fault.New(fault.Unknown, "%s", texts.Fill(words.NotOne, "user", p.one)), p.onAgain)
	default:
		content = app.Form().Method("post").OnSubmit(submit(p.SetPrivileges)).Body(
			app.Div().Class("card-body border-bottom list-bar").Body(p.takeList()...),
			app.Div().Class("card-body privileges").Body(p.groups()...),
			app.Div().Class("card-footer btn-list").Body(
				app.Button().Type("submit").Class("btn btn-primary").Disabled(p.deeds.busy).Body(components.Busy(p.deeds.busy, words.Set)),
				app.Button().Type("button").Class("btn").OnClick(press(func() { p.deeds.ask("save", p.one, "field-acllist") })).Text(words.SaveAsList),
			),
		)
	}
	return app.Div().Body(back, p.deeds.outcome(), components.Card(texts.Fill(words.PrivilegesOf, "user", p.one), nil, content))
}

// takeList ticks what a saved list grants.
func (p *AdminResellers) takeList() []app.UI {
	words := texts.Now().Admin.Resellers
	return []app.UI{
		app.Label().Class("form-label mb-0").For("take-list").Text(words.TakeList),
		app.Select().Class("form-select w-auto").ID("take-list").OnChange(p.onTakeList).Body(
			app.Option().Value("").Text("–"),
			app.Range(p.lists.Value).Slice(func(i int) app.UI {
				return app.Option().Value(p.lists.Value[i].Name).Text(p.lists.Value[i].Name)
			}),
		),
	}
}

func (p *AdminResellers) onTakeList(ctx app.Context, _ app.Event) {
	defer components.Guard()
	name := ctx.JSSrc().Get("value").String()
	for _, l := range p.lists.Value {
		if l.Name == name {
			for _, one := range catalog.Privileges {
				app.Window().GetElementByID(privilegeID(one.Name)).Set("checked", bool(l.Privileges[one.Name]))
			}
		}
	}
}

func (p *AdminResellers) groups() []app.UI {
	now, all := texts.Now(), grouped()
	var list []app.UI
	for _, g := range privilegeGroups {
		boxes := []app.UI{app.Elem("legend").Class("h4").Text(now.Admin.Resellers.Groups[g.key])}
		for _, one := range all[g.key] {
			boxes = append(boxes, components.Check{
				ID: privilegeID(one.Name), Name: privilegeID(one.Name), Label: one.Name, Hint: now.Hint(&catalog.SetACLs.Function, aclField(one)),
				On: slices.Contains(p.held.Value[0].Privileges, one.Name),
			}.UI())
		}
		list = append(list, app.Elem("fieldset").Class("mb-3").Body(boxes...))
	}
	return list
}
