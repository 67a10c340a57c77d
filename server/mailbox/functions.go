package mailbox

import (
	"context"
	"regexp"
	"strconv"
	"time"

	"postern/server/account"
	"postern/server/database"
	"postern/server/dispatch"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
)

// minimum names the setting of how strong a mailbox's password must be.
const minimum = "virtual"

// prepareAdd rates the password and hashes it, or looks at the hash that is given instead.
func (r *Room) prepareAdd(ctx context.Context, c dispatch.Call, in catalog.AddPopRequest) (hash string, err error) {
	if in.PasswordHash != "" {
		return in.PasswordHash, r.checkHash(ctx, in.PasswordHash)
	}
	if err := account.CheckPassword(ctx, c.DB, minimum, "password", in.Password, account.Guessable(in.Email, in.Domain, c.Account)); err != nil {
		return "", err
	}
	return r.Hasher.Hash(ctx, in.Password)
}

func (r *Room) add(ctx context.Context, c dispatch.Call, in catalog.AddPopRequest, hash string) (string, error) {
	limits, err := account.LockMail(ctx, c.DB, c.AccountID)
	if err != nil {
		return "", err
	}
	name, err := address(in.Email, in.Domain, limits.Domain)
	if err != nil {
		return "", err
	}
	local, domain, _ := cutLast(name)
	if local == "cpanel" {
		return "", fault.Bad("email", "a mailbox cannot be named “cpanel”")
	}
	quota, err := size(in.Quota, limits.Largest)
	if err != nil {
		return "", err
	}
	if limits.MaxPop.Set {
		n, err := count(ctx, c.DB, c.AccountID)
		if err != nil {
			return "", err
		}
		if n >= limits.MaxPop.N {
			return "", catalog.MailboxesFull.Fault("most", strconv.FormatInt(limits.MaxPop.N, 10))
		}
	}
	err = insert(ctx, c.DB, row{
		Name: name, AccountID: c.AccountID, PasswordHash: hash, Locale: limits.Locale, CreatedAt: c.Now, Quota: quota,
	})
	if database.Dangling(err) {
		return "", fault.New(fault.Unknown, "The account does not exist any more.").Because(err)
	}
	return local + "+" + domain, database.Fault(err, catalog.MailboxTaken.Fault("address", name), nil)
}

// size is a new mailbox's quota in megabytes, 0 for unlimited: what is asked
// for, or as much as the account allows.
func size(asked *scalar.Limit, largest scalar.Limit) (int64, error) {
	if asked == nil {
		return largest.N, nil
	}
	unlimited := !asked.Set || asked.N == 0
	if largest.Set && (unlimited || asked.N > largest.N) {
		return 0, fault.Bad("quota", catalog.QuotaTooLarge.With("most", strconv.FormatInt(largest.N, 10)))
	}
	return asked.N, nil
}

func (r *Room) remove(ctx context.Context, c dispatch.Call, in catalog.DeletePopRequest) (out function.Nothing, err error) {
	l, err := own(ctx, c, in.Email, in.Domain)
	if err != nil {
		return out, err
	}
	if err := r.EndSessions(ctx, c.DB, l.ID); err != nil {
		return out, err
	}
	return out, remove(ctx, c.DB, l.ID)
}

// list gives the mailboxes by name; the account itself comes first.
func (r *Room) list(ctx context.Context, c dispatch.Call, in catalog.ListPopsRequest) ([]catalog.Pop, error) {
	pattern, err := regexp.Compile(in.Regex)
	if err != nil {
		return nil, fault.Bad("regex", "use a regular expression (RE2)")
	}
	rows, err := selectAll(ctx, c.DB, c.AccountID)
	if err != nil {
		return nil, err
	}
	pops := make([]catalog.Pop, 0, len(rows)+1)
	if !bool(in.SkipMain) && pattern.MatchString(c.Account) {
		pops = append(pops, catalog.Pop{Email: c.Account, Login: "Main Account"})
	}
	for _, m := range rows {
		if pattern.MatchString(m.Name) {
			pops = append(pops, catalog.Pop{
				Email: m.Name, Login: m.Name,
				SuspendedIncoming: scalar.Bit(m.IncomingSuspended), SuspendedLogin: scalar.Bit(m.LoginSuspended),
			})
		}
	}
	return pops, nil
}

func (r *Room) preparePasswd(ctx context.Context, c dispatch.Call, in catalog.PasswdPopRequest) (hash string, err error) {
	if err := account.CheckPassword(ctx, c.DB, minimum, "password", in.Password, account.Guessable(in.Email, in.Domain, c.Account)); err != nil {
		return "", err
	}
	return r.Hasher.Hash(ctx, in.Password)
}

func (r *Room) passwd(ctx context.Context, c dispatch.Call, in catalog.PasswdPopRequest, hash string) (out function.Nothing, err error) {
	l, err := own(ctx, c, in.Email, in.Domain)
	if err != nil {
		return out, err
	}
	if err := account.SetPassword(ctx, c.DB, l.ID, hash, c.Now); err != nil {
		return out, err
	}
	return out, r.EndSessions(ctx, c.DB, l.ID)
}

// verify tries a password as a sign in would: a lock first, then the hash, and a
// failure is counted. Its answer would else be a way around the lock.
func (r *Room) verify(ctx context.Context, c dispatch.Call, in catalog.VerifyPasswordRequest) (right scalar.Bit, err error) {
	l, err := own(ctx, c, in.Email, "")
	if err != nil {
		return false, err
	}
	is, err := r.Guard(ctx, c, l.Name, func(ctx context.Context) (bool, error) {
		is, _, err := r.Hasher.Verify(ctx, l.PasswordHash, in.Password)
		return is, err
	})
	return scalar.Bit(is), err
}

// suspend and unsuspend are content with a mailbox that is so already.
func (r *Room) suspend(ctx context.Context, c dispatch.Call, in catalog.SuspendLoginRequest) (out function.Nothing, err error) {
	l, err := own(ctx, c, in.Email, "")
	if err != nil || !l.SuspendedAt.IsZero() {
		return out, err
	}
	if err := setSuspended(ctx, c.DB, l.ID, c.Now, c.Actor()); err != nil {
		return out, err
	}
	return out, r.EndSessions(ctx, c.DB, l.ID)
}

func (r *Room) unsuspend(ctx context.Context, c dispatch.Call, in catalog.SuspendLoginRequest) (out function.Nothing, err error) {
	l, err := own(ctx, c, in.Email, "")
	if err != nil {
		return out, err
	}
	return out, setSuspended(ctx, c.DB, l.ID, time.Time{}, "")
}
