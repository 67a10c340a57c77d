package scalar

import "fmt"

// Service is one of the three doors, by the name of cPanel's daemon.
type Service string

// The services, and the command line, which is a door of its own.
const (
	CPanel  Service = "cpaneld"
	WHM     Service = "whostmgrd"
	Webmail Service = "webmaild"
	Command Service = "cli"
)

// Choices are the services that a session can be for.
func (Service) Choices() []string {
	return []string{string(CPanel), string(WHM), string(Webmail)}
}

// MarshalText writes the daemon's name.
func (s Service) MarshalText() ([]byte, error) { return []byte(s), nil }

// UnmarshalText reads a daemon's name.
func (s *Service) UnmarshalText(text []byte) error {
	for _, c := range s.Choices() {
		if c == string(text) {
			*s = Service(c)
			return nil
		}
	}
	return fmt.Errorf("use cpaneld, whostmgrd or webmaild")
}

// Cookie is the name of the service's session cookie.
// cPanel's PublicAPI client: cpsession, whostmgrsession, webmailsession.
func (s Service) Cookie() string {
	switch s {
	case WHM:
		return "whostmgrsession"
	case Webmail:
		return "webmailsession"
	default:
		return "cpsession"
	}
}

// Title is the service's name for people.
func (s Service) Title() string {
	switch s {
	case WHM:
		return "WHM"
	case Webmail:
		return "Webmail"
	case Command:
		return "the command line"
	default:
		return "cPanel"
	}
}
