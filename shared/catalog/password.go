package catalog

import "postern/shared/function"

// ChangePassword is Postern's own: cPanel's dialects have no function by which
// people change the password that they sign in with.
var ChangePassword = function.Define[ChangePasswordRequest, function.Nothing](function.Spec{
	Names:       []function.Name{function.WHM("postern_change_password"), function.UAPI("Postern", "change_password")},
	Callers:     function.Everybody,
	Effect:      function.Writes,
	SessionOnly: true,
	Doc: "Changes the password that the caller signs in with, and ends their other sessions. " +
		"The present password is asked for, so that an open browser is not enough; wrong ones count towards the brute-force lock.",
})

// ChangePasswordRequest is the question of change_password.
type ChangePasswordRequest struct {
	Old string `form:"old_password,required,secret" max:"512" doc:"The present password."`
	New string `form:"new_password,required,secret" max:"512" doc:"The new password. It must be as strong as the service’s minimum says, see getminimumpasswordstrengths: passwd for accounts and root, virtual for mailboxes."`
}
