package tenant

import (
	"context"

	"postern/server/account"
	"postern/server/dispatch"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
)

const engine = "postgresql"

func (r *Room) listAllDatabases(ctx context.Context, c dispatch.Call, _ catalog.ListAllDatabasesRequest) (catalog.DatabaseObjects, error) {
	return r.listAll(ctx, c, isDatabase, markedDatabases)
}

func (r *Room) listAllUsers(ctx context.Context, c dispatch.Call, _ catalog.ListAllDatabasesRequest) (catalog.DatabaseObjects, error) {
	return r.listAll(ctx, c, isUser, markedRoles)
}

func (r *Room) listAll(ctx context.Context, c dispatch.Call, k kind, list func(context.Context, querier, mark) ([]string, error)) (out catalog.DatabaseObjects, err error) {
	out.Payload = []catalog.DatabaseObject{}
	accounts, err := reached(ctx, c)
	if err != nil || len(accounts) == 0 {
		return out, err
	}
	main, err := r.Server.main(ctx)
	if err != nil {
		return out, err
	}
	for _, a := range accounts {
		m, err := r.mark(ctx, k, a.RoleName)
		if err != nil {
			return out, err
		}
		all, err := list(ctx, main, m)
		if err != nil {
			return out, told(err)
		}
		for _, name := range all {
			out.Payload = append(out.Payload, catalog.DatabaseObject{CPUser: a.Name, Engine: engine, Name: name})
		}
	}
	return out, nil
}

// reach is the role of the account that has a database or a user, if the caller
// has power over that account. named is the account that the caller says it is.
func (r *Room) reach(ctx context.Context, c dispatch.Call, k kind, name, named string) (role string, main querier, err error) {
	pool, err := r.Server.main(ctx)
	if err != nil {
		return "", nil, err
	}
	look, what := markOfRole, "database user"
	if k == isDatabase {
		look, what = markOfDatabase, "database"
	}
	missing := fault.New(fault.Unknown, "You have no %s “%s”.", what, name)
	text, _, err := look(ctx, pool, name)
	if err != nil {
		return "", nil, err
	}
	id, err := r.installation(ctx)
	if err != nil {
		return "", nil, err
	}
	m, is := parseMark(text)
	if !is || m.installation != id || m.kind != k {
		return "", nil, missing
	}
	owner, err := accountOfRole(ctx, c.DB, m.account)
	if err != nil {
		return "", nil, err
	}
	if owner == "" || named != "" && named != owner {
		return "", nil, missing
	}
	if _, err := account.Subject(ctx, c, owner); fault.Is(err, fault.Unknown) {
		return "", nil, missing
	} else if err != nil {
		return "", nil, err
	}
	return m.account, pool, nil
}

func (r *Room) setPasswordAsAdmin(ctx context.Context, c dispatch.Call, in catalog.SetPostgresqlPasswordRequest) (out function.Nothing, err error) {
	_, main, err := r.reach(ctx, c, isUser, in.User, in.CPUser)
	if err != nil {
		return out, err
	}
	return out, r.changePassword(ctx, main, in.User, in.Password)
}

func (r *Room) renameDatabase(ctx context.Context, c dispatch.Call, in catalog.RenamePostgresqlDatabaseRequest) (out function.Nothing, err error) {
	role, main, err := r.reach(ctx, c, isDatabase, in.OldName, in.CPUser)
	if err != nil {
		return out, err
	}
	if err := checkName("newname", role, in.NewName); err != nil {
		return out, err
	}
	return out, rename(ctx, main, in.OldName, in.NewName)
}

func (r *Room) renameUser(ctx context.Context, c dispatch.Call, in catalog.RenamePostgresqlUserRequest) (out function.Nothing, err error) {
	role, main, err := r.reach(ctx, c, isUser, in.OldName, in.CPUser)
	if err != nil {
		return out, err
	}
	if err := checkName("newname", role, in.NewName); err != nil {
		return out, err
	}
	secret, err := verifier(r.Random, in.Password)
	if err != nil {
		return out, err
	}
	err = do(ctx, main, "ALTER ROLE %1$I RENAME TO %2$I; ALTER ROLE %2$I PASSWORD %3$L", in.OldName, in.NewName, secret)
	if taken(err) {
		return out, catalog.DatabaseUserTaken.Fault("name", in.NewName)
	}
	if err != nil {
		return out, err
	}
	return out, throwOut(ctx, main, in.NewName, "")
}

func (r *Room) listTempUsers(ctx context.Context, c dispatch.Call, _ catalog.ListTempUsersRequest) (out catalog.TempUsers, err error) {
	rows, err := allTemp(ctx, c.DB)
	if err != nil {
		return out, err
	}
	out.Users = make([]catalog.TempUserState, len(rows))
	for i, u := range rows {
		out.Users[i] = catalog.TempUserState{
			Name: u.RoleName, Account: u.Account, Login: u.Login, Created: scalar.At(u.CreatedAt), ValidUntil: scalar.At(u.ValidUntil),
			Ended: scalar.Bit(u.Ended), Attempts: u.Attempts, LastError: u.LastError, RetryAt: scalar.At(u.RetryAt),
		}
	}
	return out, nil
}
