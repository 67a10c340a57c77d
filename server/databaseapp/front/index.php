<?php
// The front of Adminer behind Postern: it signs a session in, and keeps it to the
// databases of its account on their server.
//
// Postern writes this file into POSTERN_DATA/database-app at each start; changes
// are lost. PHP's FastCGI program runs it and nothing else. All that is trusted
// here comes as FastCGI parameters of the name POSTERN_…; a browser's headers
// arrive as HTTP_… and can be none of them.

/** Says a sentence instead of Adminer's page, and ends. */
function postern_refuse($status, $sentence) {
	http_response_code($status);
	header('Content-Type: text/plain; charset=utf-8');
	header('Cache-Control: no-store');
	exit($sentence . "\n");
}

/** Takes a parameter of Postern's away, so that no page can show it. */
function postern_take($name) {
	$value = $_SERVER[$name] ?? '';
	unset($_SERVER[$name], $_ENV[$name]);
	return $value;
}

/** What this request may reach; empty for a script or a style of Adminer's own. */
function postern_access() {
	static $access = null;
	return $access ??= [
		'host' => postern_take('POSTERN_DATABASE_HOST'),
		'port' => postern_take('POSTERN_DATABASE_PORT'),
		'user' => postern_take('POSTERN_DATABASE_USER'),
		'password' => postern_take('POSTERN_DATABASE_PASSWORD'),
		'owner' => postern_take('POSTERN_DATABASE_OWNER'),
		'names' => json_decode(postern_take('POSTERN_DATABASE_NAMES') ?: '[]', true),
		'ssl' => json_decode(postern_take('POSTERN_DATABASE_SSL') ?: '[]', true),
		'home' => postern_take('POSTERN_HOME'),
	];
}

/** Puts what the browser asked for within what the session may reach. */
function postern_confine(array $access) {
	if ($access['user'] === '' || !$access['names']) {
		postern_refuse(403, 'This page is opened from Postern.');
	}
	// The form to sign in with, and the word to Adminer's maker about versions.
	if (isset($_POST['auth']) || isset($_GET['script']) && $_GET['script'] === 'version') {
		postern_refuse(403, 'Postern signs you in to your own databases alone.');
	}
	// Databases and their users are made, renamed and deleted in Postern, which
	// the button to sign out leads to as well.
	foreach (['database', 'privileges', 'user', 'processlist', 'variables', 'status'] as $page) {
		if (isset($_GET[$page])) {
			postern_go($access['home']);
		}
	}
	if (isset($_POST['logout'])) {
		postern_go($access['home']);
	}
	$wanted = $_GET['db'] ?? '';
	if (!is_string($wanted) || !in_array($wanted, $access['names'], true)) {
		if ($_SERVER['REQUEST_METHOD'] !== 'GET' || $wanted !== '') {
			postern_refuse(404, 'You have no such database.');
		}
		postern_go('?pgsql=&username=' . rawurlencode($access['owner']) . '&db=' . rawurlencode($access['names'][0]));
	}
	// The kind of server, its address and the user are not the browser's to choose.
	foreach (['server', 'sqlite', 'sqlite2', 'oracle', 'mssql', 'mongo', 'elastic', 'clickhouse', 'firebird', 'simpledb'] as $driver) {
		unset($_GET[$driver]);
	}
	$_GET['pgsql'] = '';
	$_GET['username'] = $access['owner'];
	$_COOKIE['adminer_version'] = '0.0'; // no question about newer ones leaves the browser
}

function postern_go($to) {
	header('Cache-Control: no-store');
	header('Location: ' . $to, true, 303);
	exit;
}

/** libpq's parameters that Adminer's driver has no words for. */
function postern_environment(array $access) {
	$values = ['PGPORT' => $access['port'], 'PGSSLMODE' => $access['ssl']['sslmode'] ?? '', 'PGSSLROOTCERT' => $access['ssl']['sslrootcert'] ?? ''];
	if (strpos($access['host'], ':') !== false) { // IPv6, of which the driver would make a port
		$values['PGHOSTADDR'] = $access['host'];
	}
	foreach ($values as $name => $value) {
		if ($value !== '') {
			putenv("$name=$value");
		}
	}
	putenv('PGPASSFILE=/dev/null');
	putenv('PGSERVICEFILE=/dev/null');
}

function adminer_object() {
	$access = postern_access();
	postern_environment($access);
	// Adminer wants to find a password here before it asks for the credentials
	// below. The true one is in no file of PHP's.
	$_SESSION['pwds'] = ['pgsql' => ['' => [$access['owner'] => '-']]];

	class PosternAdminer extends Adminer {
		private $access;

		function __construct(array $access) {
			$this->access = $access;
		}

		function name() {
			return "<a href='" . h($this->access['home']) . "' id='h1' title='Postern'>Adminer</a>";
		}

		function credentials() {
			$host = $this->access['host'];
			return [strpos($host, ':') === false ? $host : 'postern', $this->access['user'], $this->access['password']];
		}

		function login($login, $password) {
			return true;
		}

		function loginForm() {
			echo "<p><a href='" . h($this->access['home']) . "'>Postern</a>\n";
		}

		function databases($flush = true) {
			return $this->access['names'];
		}

		function permanentLogin($create = false) {
			return '';
		}

		function bruteForceKey() {
			return $this->access['user'];
		}

		function importServerPath() {
			return '';
		}

		function csp() { // Postern takes the nonce and says the rest itself
			return [['script-src' => "'nonce-" . get_nonce() . "'"]];
		}

		function css() {
			return [];
		}

		function head() {
			echo "<meta name='viewport' content='width=device-width, initial-scale=1'>\n";
			echo "<style>.logout{display:none}@media(max-width:880px){body{width:auto}#content{margin:0 10px;padding:0 0 10px;overflow-x:auto}#breadcrumb{white-space:normal;height:auto;position:static;margin:0 -10px}}</style>\n";
			return true;
		}
	}

	return new PosternAdminer($access);
}

$adminer_file = postern_take('POSTERN_ADMINER');
if (!is_file($adminer_file)) {
	error_log("Adminer is not at $adminer_file: set POSTERN_DATABASE_APP_FILES");
	postern_refuse(503, 'Adminer is not installed on this server.');
}
ini_set('zend.exception_ignore_args', '1'); // no password in a log of errors
ini_set('session.use_strict_mode', '0'); // the name of PHP's session is Postern's to give
ini_set('session.use_only_cookies', '1');
$access = postern_access();
if (!isset($_GET['file'])) {
	postern_confine($access);
}
unset($access);
include $adminer_file;
