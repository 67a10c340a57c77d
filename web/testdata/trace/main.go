// The program does what a table of functions is for: it grows and shrinks stacks,
// collects what they hold, recovers, asks who calls, and stops with a traceback.
package main

import (
	"fmt"
	"runtime"
)

type pair[A any] struct{ a A }

func (p pair[A]) dig(n int) int {
	defer func() {
		if n == 500 {
			_ = recover()
		}
	}()
	var held [200]byte
	if n == 0 {
		panic("at the bottom")
	}
	return p.dig(n-1) + int(held[0])
}

func main() {
	done := make(chan int)
	for i := range 20 {
		go func() {
			sum := pair[struct{ X, Y int }]{}.dig(700 + i)
			var kept [][]byte
			for j := range 200 {
				kept = append(kept, make([]byte, 10000+j))
			}
			runtime.GC()
			done <- sum + len(kept)
		}()
	}
	sum := 0
	for range 20 {
		sum += <-done
	}
	callers := make([]uintptr, 10)
	frames := runtime.CallersFrames(callers[:runtime.Callers(1, callers)])
	frame, _ := frames.Next()
	fmt.Println(sum, frame.Function, frame.Line)
	pair[string]{}.dig(0)
}
