package node

import (
	"io"
	"sync"
)

// shared makes a source of randomness safe for many at once; crypto/rand's is
// already, a test's may not be.
type shared struct {
	mu   sync.Mutex
	from io.Reader
}

func (s *shared) Read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return io.ReadFull(s.from, p)
}
