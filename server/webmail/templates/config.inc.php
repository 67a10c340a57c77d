<?php
// Roundcube 1.6 behind Postern. Beside this file stand links to the
// defaults.inc.php and mimetypes.php of the distribution's /etc/roundcube.
$config = [];
$config['db_dsnw']   = '{{.RoundcubeDatabase}}';
$config['des_key']   = '{{.DesKey}}'; // seals the tokens in its sessions: keep it
$config['temp_dir']  = '{{.Folder}}/roundcube/temp/';
$config['log_driver'] = 'file';
$config['log_dir']   = '{{.Folder}}/log/';
$config['enable_installer'] = false;
// No other name may get into the address that codes travel to.
$config['trusted_host_patterns'] = ['{{.PublicHost}}', '{{.PublicName}}'];

// Its users are kept by their name and this text: never change it later.
$config['imap_host'] = '127.0.0.1:{{.IMAPPort}}';
$config['imap_timeout'] = 15;
$config['smtp_host'] = '{{.SMTP}}';
$config['smtp_user'] = '';
$config['smtp_pass'] = '';
$config['identities_level'] = 3; // nobody writes under another address

$config['oauth_provider']        = 'generic';
$config['oauth_provider_name']   = 'Postern';
$config['oauth_client_id']       = '{{.RoundcubeClient}}';
$config['oauth_client_secret']   = '{{.RoundcubeSecret}}';
$config['oauth_auth_uri']        = '{{.Issuer}}' . ($_SERVER['POSTERN_SESSION_PATH'] ?? '') . '/oauth2/authorize';
$config['oauth_token_uri']       = 'http://{{.Internal}}/oauth2/token';
$config['oauth_identity_uri']    = 'http://{{.Internal}}/oauth2/userinfo';
$config['oauth_identity_fields'] = ['email'];
$config['oauth_scope']           = 'openid email offline_access mail';
$config['oauth_login_redirect']  = true; // its own sign-in form is never wanted

// The path and the cookies of one session stay inside its own prefix. These are
// FastCGI parameters: no header of a client's reaches them.
$config['request_path']     = 'POSTERN_BASE_PATH';
$config['session_path']     = ($_SERVER['POSTERN_SESSION_PATH'] ?? '') . '/';
$config['session_samesite'] = 'Lax';
$config['session_lifetime'] = 30;

$config['product_name']    = 'Webmail';
$config['skin']            = 'elastic';
$config['plugins']         = [];
$config['display_version'] = false;
