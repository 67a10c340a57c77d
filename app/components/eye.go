package components

import (
	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/texts"
)

// Eye is the button beside a password that shows and hides what was typed.
func Eye(visible bool, click app.EventHandler) app.UI {
	label, icon := texts.Now().Login.Show, Icon("eye")
	if visible {
		label, icon = texts.Now().Login.Hide, Icon("eye-off")
	}
	return app.Button().Type("button").Class("eye").Title(label).
		Aria("label", label).Aria("pressed", visible).OnClick(click).Body(icon)
}
