package main

import "testing"

func TestPercent(t *testing.T) {
	for live, want := range map[uint64]int{0: 400, 4 << 20: 400, 8 << 20: 400, 16 << 20: 200, 20 << 20: 160, 32 << 20: 100, 1 << 40: 100} {
		if got := percent(live); got != want {
			t.Errorf("%d MB in use: %d per cent, want %d", live>>20, got, want)
		}
	}
}
