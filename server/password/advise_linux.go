package password

import "syscall"

// advise asks for huge pages. A kernel that has none refuses, and nothing is lost but speed.
func advise(memory []byte) { _ = syscall.Madvise(memory, syscall.MADV_HUGEPAGE) }
