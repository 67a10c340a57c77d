package catalog

import "slices"

// Privilege is something that a reseller may be allowed to do in WHM (an “ACL”).
type Privilege struct{ Name, Doc string }

// Privileges are all that exist, in the order in which they are shown.
// Names: WHM's Guide to WHM ACLs. The last holds every other.
var Privileges = []Privilege{
	{"acct-summary", "See the summary of an account."},
	{"add-pkg", "Make packages."},
	{"allow-addoncreate", "Make packages with addon domains."},
	{"allow-emaillimits-pkgs", "Make packages with limits on mail sent."},
	{"allow-parkedcreate", "Make packages with parked domains."},
	{"allow-shell", "Give accounts a shell."},
	{"allow-unlimited-bw-pkgs", "Make packages with unlimited bandwidth."},
	{"allow-unlimited-disk-pkgs", "Make packages with unlimited disk space."},
	{"allow-unlimited-pkgs", "Make packages with unlimited features."},
	{"assign-root-account-enhancements", "Give accounts the enhancements of root."},
	{"basic-system-info", "See information about the machine."},
	{"basic-whm-functions", "Call the basic WHM functions."},
	{"clustering", "Set up clusters."},
	{"connected-applications", "Connect applications."},
	{"cors-proxy-get", "Fetch addresses through the server."},
	{"cpanel-api", "Call cPanel’s functions for one’s accounts."},
	{"cpanel-integration", "Manage links that appear in cPanel."},
	{"create-acct", "Make accounts."},
	{"create-dns", "Add DNS zones."},
	{"create-user-session", "Make sessions for one’s accounts."},
	{"demo-setup", "Put accounts into demonstration mode."},
	{"digest-auth", "Manage digest authentication."},
	{"disallow-shell", "Never give accounts a shell."},
	{"edit-account", "Change accounts."},
	{"edit-dns", "Change DNS zones."},
	{"edit-mx", "Change mail exchangers."},
	{"edit-pkg", "Change packages."},
	{"file-restore", "Restore files."},
	{"generate-email-config", "Make settings for mail clients."},
	{"kill-acct", "Remove accounts."},
	{"kill-dns", "Remove DNS zones."},
	{"limit-bandwidth", "Change bandwidth limits."},
	{"list-accts", "List accounts."},
	{"list-pkgs", "List packages."},
	{"locale-edit", "Edit locales."},
	{"mailcheck", "Trace mail."},
	{"manage-api-tokens", "Manage API tokens."},
	{"manage-dns-records", "Manage DNS records through the API."},
	{"manage-oidc", "Manage OpenID Connect providers."},
	{"manage-styles", "Manage styles."},
	{"mysql-info", "See information about MySQL."},
	{"news", "Write news for accounts."},
	{"ns-config", "Set up name servers."},
	{"park-dns", "Park domains."},
	{"passwd", "Change the passwords of accounts."},
	{"public-contact", "Set the public contact."},
	{"quota", "Change quotas."},
	{"rearrange-accts", "Move accounts to other disks."},
	{"resftp", "Resynchronise FTP passwords."},
	{"restart", "Restart services."},
	{"show-bandwidth", "See how much bandwidth accounts use."},
	{"software-ConfigServer-csf", "Use the firewall’s page."},
	{"ssl", "Manage certificates of sites."},
	{"ssl-buy", "Buy certificates."},
	{"ssl-gencrt", "Make certificates."},
	{"ssl-info", "See private keys and certificates."},
	{"stats", "See the state of the server."},
	{"status", "See the state of services."},
	{"suspend-acct", "Suspend accounts."},
	{"thirdparty", "Use services of others."},
	{"track-email", "Track mail delivery."},
	{"upgrade-account", "Change the package of accounts."},
	{"viewglobalpackages", "Use packages of everybody."},
	{"all", "Everything that root may do."},
}

// StartingPrivileges are what a new reseller may do until somebody says otherwise.
var StartingPrivileges = []string{
	"acct-summary", "basic-system-info", "basic-whm-functions", "cpanel-api", "create-acct",
	"create-user-session", "edit-account", "kill-acct", "list-accts", "list-pkgs",
	"manage-api-tokens", "passwd", "suspend-acct", "upgrade-account",
}

// IsPrivilege tells whether there is a privilege of that name.
func IsPrivilege(name string) bool {
	return slices.ContainsFunc(Privileges, func(p Privilege) bool { return p.Name == name })
}
